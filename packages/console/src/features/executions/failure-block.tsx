import type { ExecutionDetail } from '@datahub/core/api/execution-shapes'
import { useQuery } from '@tanstack/react-query'
import { CircleX } from 'lucide-react'
import { query } from '../../api/hub.ts'
import { Instant } from '../../components/time/time.tsx'
import { ButtonLink, TextLink } from '../../components/ui/button.tsx'
import { useFailureText } from '../../i18n/failure-text.ts'
import { useMessages } from '../../i18n/messages.tsx'

interface FailureBlockProps {
  execution: ExecutionDetail
  failure: NonNullable<ExecutionDetail['failure']>
}

/** What happened, where and whose turn it is, what to do, and what is not lost. */
export function FailureBlock({ execution, failure }: FailureBlockProps) {
  const m = useMessages()
  const { diagnosis, staged, dataRange } = execution
  const { happened, cure } = useFailureText()(failure.code, failure.message, diagnosis?.remedy ?? failure.cure)
  const facts = Object.entries(failure.facts)
  return (
    <section className="rounded-lg border border-bad/40 bg-bad-soft px-4 py-3.5">
      <h3 className="flex flex-wrap items-center gap-x-2 font-semibold">
        <CircleX aria-hidden size={17} className="text-bad" />
        {m.execution.happened}
        {diagnosis && (
          <span className="text-sm font-normal text-soft">
            {m.execution.side[diagnosis.side]} · {m.execution.fault[diagnosis.fault]}
          </span>
        )}
      </h3>
      <p className="mt-1.5 break-words">{happened}</p>
      <p className="mt-2 text-sm font-medium">{m.execution.todo}</p>
      <p className="break-words">{cure}</p>
      {staged?.keptUntil && (
        <p className="mt-2 text-sm text-soft">
          {m.execution.kept} <Instant at={staged.keptUntil} zone={dataRange.timeZone} />
        </p>
      )}
      <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 text-sm text-soft">
        <Mend execution={execution} />
        <TextLink to="/help/errors/$code" params={{ code: failure.code }}>
          <code className="font-mono">{failure.code}</code>
        </TextLink>
        {facts.map(([name, value]) => (
          <code key={name} className="font-mono break-all">
            {name}={value}
          </code>
        ))}
      </div>
    </section>
  )
}

/** To where it can be mended. */
function Mend({ execution: { diagnosis, taskId } }: { execution: ExecutionDetail }) {
  const m = useMessages()
  const side = diagnosis?.side
  const task = useQuery(
    query.task.get.queryOptions({
      input: { task: String(taskId) },
      enabled: side === 'destination' || side === 'source',
    }),
  )
  if (side === 'destination' && task.data)
    return (
      <ButtonLink size="small" look="primary" to="/destinations/$name" params={{ name: task.data.destination }}>
        {m.home.openDestination}
      </ButtonLink>
    )
  if (side === 'source' && task.data)
    return (
      <ButtonLink size="small" look="primary" to="/sources/$name" params={{ name: task.data.source }}>
        {m.home.openSource}
      </ButtonLink>
    )
  return null
}

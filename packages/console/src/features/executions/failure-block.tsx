import type { ExecutionView } from '@datahub/core/api/execution-shapes'
import { codes } from '@datahub/core/error/codes'
import { CircleX } from 'lucide-react'
import { TextLink } from '../../components/ui/button.tsx'
import { useMessages } from '../../i18n/messages.tsx'

/** What happened, whose turn it is, and what to do. */
export function FailureBlock({ failure }: { failure: NonNullable<ExecutionView['failure']> }) {
  const m = useMessages()
  const known = (codes as Readonly<Record<string, { fault: 'customer' | 'operator' | 'service' }>>)[failure.code]
  const facts = Object.entries(failure.facts)
  return (
    <section className="rounded-lg border border-bad/40 bg-bad-soft px-4 py-3.5">
      <h3 className="flex flex-wrap items-center gap-x-2 font-semibold">
        <CircleX aria-hidden size={17} className="text-bad" />
        {m.execution.happened}
        {known && <span className="text-sm font-normal text-soft">{m.execution.fault[known.fault]}</span>}
      </h3>
      <p className="mt-1.5 break-words">{failure.message}</p>
      <p className="mt-2 text-sm font-medium">{m.execution.todo}</p>
      <p className="break-words">{failure.cure}</p>
      <p className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm text-soft">
        <TextLink to="/help/errors/$code" params={{ code: failure.code }}>
          <code className="font-mono">{failure.code}</code>
        </TextLink>
        {facts.map(([name, value]) => (
          <span key={name}>
            {name} <code className="font-mono break-all">{value}</code>
          </span>
        ))}
      </p>
    </section>
  )
}

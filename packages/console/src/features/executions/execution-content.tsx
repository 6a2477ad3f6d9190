import type { ExecutionDetail } from '@datahub/core/api/execution-shapes'
import { isFinal, type Status } from '@datahub/core/execution/status'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ban, ChevronDown, ChevronUp, RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { watched } from '../../app/live/live.ts'
import { useMay } from '../../app/me.ts'
import { useShortcut } from '../../app/shortcuts/shortcuts.ts'
import { Confirm, type Question } from '../../components/confirm.tsx'
import { CopyButton } from '../../components/copy.tsx'
import { Answer } from '../../components/states.tsx'
import { ExecutionStatus } from '../../components/status/status.tsx'
import { DataRange } from '../../components/time/time.tsx'
import { Button, IconButton } from '../../components/ui/button.tsx'
import { CloseButton } from '../../components/ui/dialog.tsx'
import { notify, notifyFailure } from '../../components/ui/notices.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { ExecutionDetails } from './execution-details.tsx'

interface ExecutionContentProps {
  id: number
  onClose(): void
  onGo(id: number): void
  siblings: readonly number[]
}

/** What stands in the drawer of an execution. */
export default function ExecutionContent({ id, onClose, onGo, siblings }: ExecutionContentProps) {
  const m = useMessages()
  const execution = useQuery(query.execution.get.queryOptions({ input: { id }, refetchInterval: watched }))
  return (
    <div className="flex flex-col gap-5 p-5">
      <div className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1">
        <h2 className="text-xl font-semibold">{m.execution.one(id)}</h2>
        <div className="ml-auto flex items-center gap-1">
          {execution.data && <Actions execution={execution.data} onGo={onGo} />}
          <Neighbours id={id} siblings={siblings} onGo={onGo} />
          <CopyButton
            text={`${window.location.origin}${window.location.pathname}${window.location.search}`}
            what={m.execution.copyLink}
          />
          <CloseButton onClose={onClose} />
        </div>
        {execution.data && (
          <p className="flex min-w-0 basis-full flex-wrap items-center gap-x-4 gap-y-1 [overflow-wrap:anywhere]">
            <ExecutionStatus status={execution.data.status} retryAt={execution.data.retryAt} />
            <span className="text-soft">{execution.data.task}</span>
            <DataRange range={execution.data.dataRange} />
          </p>
        )}
      </div>
      <Answer of={execution}>{(found) => <ExecutionDetails execution={found} atMs={execution.dataUpdatedAt} />}</Answer>
    </div>
  )
}

/** To the one above and the one below in the list. */
function Neighbours({ id, siblings, onGo }: Pick<ExecutionContentProps, 'id' | 'siblings' | 'onGo'>) {
  const m = useMessages()
  const at = siblings.indexOf(id)
  const [above, below] = at < 0 ? [undefined, siblings[0]] : [siblings[at - 1], siblings[at + 1]]
  const go = (to: number | undefined) => to !== undefined && onGo(to)
  useShortcut('k', () => go(above), true)
  useShortcut('j', () => go(below), true)
  return (
    <>
      <IconButton size="small" label={m.execution.previous} isDisabled={above === undefined} onPress={() => go(above)}>
        <ChevronUp aria-hidden size={16} />
      </IconButton>
      <IconButton size="small" label={m.execution.next} isDisabled={below === undefined} onPress={() => go(below)}>
        <ChevronDown aria-hidden size={16} />
      </IconButton>
    </>
  )
}

function Actions({ execution, onGo }: { execution: ExecutionDetail; onGo(id: number): void }) {
  const m = useMessages()
  const may = useMay()
  const client = useQueryClient()
  const { id } = execution
  const isOver = isFinal(execution.status as Status)
  const [question, setQuestion] = useState<Question>()
  const act = useMutation({
    mutationFn: (verb: 'retry' | 'cancel') => hub.execution[verb]({ id }),
    onSuccess: (answer, verb) => {
      notify(verb === 'retry' ? m.execution.retried(answer.id) : m.execution.cancelled(id))
      if (answer.id !== id) onGo(answer.id)
    },
    onError: (error) => {
      const problem = asProblem(error)
      notifyFailure(problem.detail, problem.cure)
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: query.execution.key() }),
        client.invalidateQueries({ queryKey: query.task.key() }),
      ]),
  })
  if (!may(isOver ? 'execution.retry' : 'execution.cancel')) return null
  const ask = () =>
    setQuestion({
      title: m.execution.cancelTitle(id),
      hint: m.execution.cancelHint,
      verb: m.execution.cancelVerb,
      wayOut: m.execution.goOn,
      do: () => act.mutate('cancel'),
    })
  return (
    <>
      {isOver ? (
        <Button size="small" isPending={act.isPending} onPress={() => act.mutate('retry')}>
          <RotateCcw aria-hidden size={14} />
          {m.execution.retry}
        </Button>
      ) : (
        <Button size="small" look="danger" isPending={act.isPending} onPress={ask}>
          <Ban aria-hidden size={14} />
          {m.execution.cancel}
        </Button>
      )}
      <Confirm question={question} onClose={() => setQuestion(undefined)} />
    </>
  )
}

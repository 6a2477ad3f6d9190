import type { Problem } from '@datahub/core/api/error-shapes'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowRight, CircleCheck, CircleX, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { hub, query } from '../../../api/hub.ts'
import { asProblem } from '../../../api/problem.ts'
import { Answer, ProblemBlock } from '../../../components/states.tsx'
import { Button, TextLink } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { notify } from '../../../components/ui/notices.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { useMoveWords } from '../../../i18n/move-tasks.ts'
import { useMessages } from '../../../i18n/messages.tsx'
import { LastTest } from '../../destinations/test/last-test.tsx'
import type { TaskRow } from '../use-tasks.ts'

interface MoveTasksProps {
  tasks: readonly TaskRow[]
  onClose(): void
  onMoved(): void
}

/** Says what a move means for each of the tasks before it is made, and afterwards which did not move and why. */
export default function MoveTasks({ tasks, onClose, onMoved }: MoveTasksProps) {
  const m = useMessages()
  const w = useMoveWords()
  const client = useQueryClient()
  const destinations = useQuery(query.destination.list.queryOptions())
  const [to, setTo] = useState<string>()
  const [refusals, setRefusals] = useState<ReadonlyMap<number, Problem>>()
  const [problem, setProblem] = useState<Problem>()
  const [isPending, setPending] = useState(false)
  const chosen = destinations.data?.find(({ name }) => name === to)
  const moving = tasks.filter(({ destination }) => destination !== to)

  const go = async () => {
    if (to === undefined) return
    setPending(true)
    setProblem(undefined)
    try {
      const done = await hub.task.change({ action: 'move', destination: to, tasks: moving.map(({ id }) => id) })
      const refused = new Map(done.flatMap(({ task, problem }) => (problem ? [[task, problem] as const] : [])))
      const moved = done.length - refused.size
      if (moved > 0) notify(w.moved(moved, to))
      await Promise.all([
        client.invalidateQueries({ queryKey: query.task.key() }),
        client.invalidateQueries({ queryKey: query.destination.key() }),
      ])
      if (refused.size === 0) onMoved()
      else setRefusals(refused)
    } catch (failure) {
      setProblem(asProblem(failure))
    } finally {
      setPending(false)
    }
  }
  return (
    <Dialog
      wide
      isOpen
      title={w.title(tasks.length)}
      onClose={onClose}
      footer={
        refusals ? (
          <Button look="primary" onPress={onMoved}>
            {m.common.close}
          </Button>
        ) : (
          <>
            <Button onPress={onClose}>{m.common.cancel}</Button>
            <Button
              look="primary"
              isPending={isPending}
              isDisabled={to === undefined || moving.length === 0}
              onPress={() => void go()}
            >
              {w.go(moving.length)}
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {problem && <ProblemBlock problem={problem} />}
        <Answer of={destinations}>
          {(all) => (
            <div className="flex flex-col gap-2">
              <Select
                className="max-w-sm"
                label={w.to}
                items={all.map(({ name, kind }) => ({
                  key: name,
                  title: name,
                  detail: m.destination.kinds[kind] ?? kind,
                }))}
                value={to ?? null}
                onChange={setTo}
                placeholder={m.task.form.chooseDestination}
              />
              {chosen && <LastTest test={chosen.lastTest} />}
              {chosen && chosen.lastTest?.ok !== true && (
                <p className="text-sm text-warn">
                  {w.untested}{' '}
                  <TextLink to="/destinations/$name" params={{ name: chosen.name }}>
                    {m.destination.test}
                  </TextLink>
                </p>
              )}
            </div>
          )}
        </Answer>
        <ul className="ml-5 flex list-disc flex-col gap-1 text-soft">
          {w.means.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        <ul className="max-h-72 divide-y divide-line/70 overflow-y-auto rounded-md border border-line" tabIndex={0}>
          {tasks.map((task) => (
            <li key={task.id} className="flex flex-col gap-0.5 px-3 py-2">
              <span className="flex flex-wrap items-center gap-x-2">
                <span className="font-medium break-words">{task.name}</span>
                <span className="text-faint">#{task.id}</span>
                <span className="ml-auto inline-flex items-center gap-1.5 text-sm text-soft">
                  {task.destination}
                  <ArrowRight aria-hidden size={14} />
                  {to ?? '…'}
                </span>
              </span>
              <Outlook task={task} to={to} refusals={refusals} />
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  )
}

interface OutlookProps {
  task: TaskRow
  to: string | undefined
  refusals: ReadonlyMap<number, Problem> | undefined
}

/** What would become of one of them, or has. */
function Outlook({ task, to, refusals }: OutlookProps) {
  const w = useMoveWords()
  if (to === undefined) return null
  if (task.destination === to) return <span className="text-sm text-faint">{w.already}</span>
  const refused = refusals?.get(task.id)
  if (refused)
    return (
      <span role="alert" className="flex items-start gap-1.5 text-sm text-bad">
        <CircleX aria-hidden size={15} className="mt-0.5 shrink-0" />
        {refused.detail} {refused.cure}
      </span>
    )
  if (refusals)
    return (
      <span className="flex items-center gap-1.5 text-sm text-good">
        <CircleCheck aria-hidden size={15} />
        {w.isMoved}
      </span>
    )
  return task.status === 'running' ? (
    <span className="flex items-center gap-1.5 text-sm text-warn">
      <TriangleAlert aria-hidden size={15} />
      {w.busy}
    </span>
  ) : (
    <span className="text-sm text-soft">{w.folder(`reports/${task.id}/`, `sync_log_${task.id}.csv`)}</span>
  )
}

import type { TaskView } from '@datahub/core/api/task-shapes'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CirclePause, CirclePlay, CopyPlus, Ellipsis, Trash2, Zap } from 'lucide-react'
import { useState } from 'react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { useMay } from '../../app/me.ts'
import { Button } from '../../components/ui/button.tsx'
import { Dialog } from '../../components/ui/dialog.tsx'
import { TextField } from '../../components/ui/field.tsx'
import { Menu } from '../../components/ui/menu.tsx'
import { notify, notifyFailure } from '../../components/ui/notices.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useTaskPageWords } from '../../i18n/task-page.ts'
import { useTaskAction } from './task-actions.ts'

/** What can be done with a task, for those who may. */
export function TaskButtons({ task, onBackfill }: { task: TaskView; onBackfill(): void }) {
  const m = useMessages()
  const w = useTaskPageWords()
  const may = useMay()
  const navigate = useNavigate()
  const action = useTaskAction()
  const [isRemoving, setRemoving] = useState(false)
  if (!may('task.run')) return null
  return (
    <>
      <Button look="primary" isPending={action.isPending} onPress={() => action.mutate({ verb: 'run', tasks: [task] })}>
        <Zap aria-hidden size={15} />
        {m.task.run}
      </Button>
      {task.schedule && <Button onPress={onBackfill}>{w.backfill}</Button>}
      {task.status === 'paused' ? (
        <Button onPress={() => action.mutate({ verb: 'resume', tasks: [task] })}>
          <CirclePlay aria-hidden size={15} />
          {m.task.resume}
        </Button>
      ) : (
        <Button onPress={() => action.mutate({ verb: 'pause', tasks: [task] })}>
          <CirclePause aria-hidden size={15} />
          {m.task.pause}
        </Button>
      )}
      <Menu
        label={m.common.more}
        look="secondary"
        actions={[
          {
            key: 'duplicate',
            title: m.task.duplicate,
            icon: <CopyPlus aria-hidden size={15} />,
            do: () => void navigate({ to: '/tasks/new', search: { from: String(task.id) } }),
          },
          {
            key: 'remove',
            title: m.task.remove,
            icon: <Trash2 aria-hidden size={15} />,
            isDanger: true,
            isSeparated: true,
            do: () => setRemoving(true),
          },
        ]}
      >
        <Ellipsis aria-hidden size={17} />
      </Menu>
      <RemoveDialog task={task} isOpen={isRemoving} onClose={() => setRemoving(false)} />
    </>
  )
}

function RemoveDialog({ task, isOpen, onClose }: { task: TaskView; isOpen: boolean; onClose(): void }) {
  const m = useMessages()
  const w = useTaskPageWords()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [typed, setTyped] = useState('')
  const hasHistory = task.lastExecution !== null
  const remove = async () => {
    onClose()
    try {
      await hub.task.remove({
        params: { task: String(task.id) },
        query: hasHistory ? { confirm: typed } : {},
      })
      notify(w.removed(task.name))
      await navigate({ to: '/tasks', search: {} })
      await client.invalidateQueries({ queryKey: query.task.key() })
    } catch (failure) {
      const problem = asProblem(failure)
      notifyFailure(problem.detail, problem.cure)
    }
  }
  return (
    <Dialog
      role="alertdialog"
      title={w.removeTitle(task.name)}
      isOpen={isOpen}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{m.common.cancel}</Button>
          <Button look="danger" isDisabled={hasHistory && typed !== task.name} onPress={() => void remove()}>
            {w.remove}
          </Button>
        </>
      }
    >
      <p>{w.removeHint}</p>
      {hasHistory && (
        <>
          <p className="mt-1 mb-4">{w.removeHistory}</p>
          <TextField label={w.typeName(task.name)} value={typed} onChange={setTyped} />
        </>
      )}
    </Dialog>
  )
}

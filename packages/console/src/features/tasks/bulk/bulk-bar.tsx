import { CirclePause, CirclePlay, FolderSync, Zap } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { Button } from '../../../components/ui/button.tsx'
import { useMessages } from '../../../i18n/messages.tsx'
import { useTaskAction, type TaskVerb } from '../task-actions.ts'
import type { TaskRow } from '../use-tasks.ts'

const MoveTasks = lazy(() => import('./move-tasks.tsx'))

/** What can be done with all tasks that are chosen: over the head of their table, so that no row moves away from who chooses. */
export default function BulkBar({ tasks, onDone }: { tasks: readonly TaskRow[]; onDone(): void }) {
  const m = useMessages()
  const action = useTaskAction()
  const [isMoving, setMoving] = useState(false)
  const act = (verb: TaskVerb) => action.mutate({ verb, tasks }, { onSuccess: onDone })
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line bg-accent-soft px-4 py-2 md:absolute md:inset-x-0 md:top-0 md:left-10 md:z-10 md:h-9 md:py-0">
      <span role="status" className="mr-2 font-medium">
        {m.task.selected(tasks.length)}
      </span>
      <Button size="small" isPending={action.isPending} onPress={() => act('run')}>
        <Zap aria-hidden size={14} />
        {m.task.run}
      </Button>
      <Button size="small" onPress={() => act('pause')}>
        <CirclePause aria-hidden size={14} />
        {m.task.pause}
      </Button>
      <Button size="small" onPress={() => act('resume')}>
        <CirclePlay aria-hidden size={14} />
        {m.task.resume}
      </Button>
      <Button size="small" onPress={() => setMoving(true)}>
        <FolderSync aria-hidden size={14} />
        {m.task.move}
      </Button>
      {isMoving && (
        <Suspense>
          <MoveTasks tasks={tasks} onClose={() => setMoving(false)} onMoved={onDone} />
        </Suspense>
      )}
    </div>
  )
}

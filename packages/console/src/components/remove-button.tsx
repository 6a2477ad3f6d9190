import { useState } from 'react'
import { asProblem } from '../api/problem.ts'
import { useMessages } from '../i18n/messages.tsx'
import { Button, TextLink } from './ui/button.tsx'
import { Dialog } from './ui/dialog.tsx'
import { notify, notifyFailure } from './ui/notices.tsx'

interface RemoveButtonProps {
  /** What is said before and after, and where tasks use it. */
  title: string
  hint: string
  removed: string
  inUse: string
  /** How many tasks use it, and how to find them in their list. */
  tasks: number
  tasksOf: { source: string } | { destination: string }
  remove(): Promise<unknown>
  /** Leads away from what is not there any more. */
  onRemoved(): Promise<unknown>
}

/** Deletes what tasks refer to, unless some do: then it leads to them. */
export function RemoveButton({ title, hint, removed, inUse, tasks, tasksOf, remove, onRemoved }: RemoveButtonProps) {
  const m = useMessages()
  const [isOpen, setOpen] = useState(false)
  const confirm = async () => {
    setOpen(false)
    try {
      await remove()
      notify(removed)
      await onRemoved()
    } catch (failure) {
      const problem = asProblem(failure)
      notifyFailure(problem.detail, problem.cure)
    }
  }
  return (
    <>
      <Button look="danger" className="ml-auto" onPress={() => setOpen(true)}>
        {m.common.remove}
      </Button>
      <Dialog
        role="alertdialog"
        title={title}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        footer={
          <>
            <Button onPress={() => setOpen(false)}>{m.common.cancel}</Button>
            {tasks === 0 && (
              <Button look="danger" onPress={() => void confirm()}>
                {m.common.remove}
              </Button>
            )}
          </>
        }
      >
        {tasks === 0 ? (
          hint
        ) : (
          <>
            {inUse}{' '}
            <TextLink to="/tasks" search={tasksOf}>
              {m.common.showTasks}
            </TextLink>
          </>
        )}
      </Dialog>
    </>
  )
}

import { useBlocker } from '@tanstack/react-router'
import { useMessages } from '../i18n/messages.tsx'
import { Button } from './ui/button.tsx'
import { Dialog } from './ui/dialog.tsx'

interface UnsavedGuardProps {
  /** Asked when somebody leaves, so that what was saved a moment ago is not. */
  isDirty(): boolean
  hint: string
}

/** Asks whoever leaves the page, its tab or the browser's tab with something entered and not saved. */
export function UnsavedGuard({ isDirty, hint }: UnsavedGuardProps) {
  const m = useMessages()
  const leaving = useBlocker({
    shouldBlockFn: ({ current, next }) => {
      const tab = ({ search }: { search: object }) => ('tab' in search ? search.tab : undefined)
      return isDirty() && (current.pathname !== next.pathname || tab(current) !== tab(next))
    },
    enableBeforeUnload: isDirty,
    withResolver: true,
  })
  return (
    <Dialog
      role="alertdialog"
      title={m.task.form.unsavedTitle}
      isOpen={leaving.status === 'blocked'}
      onClose={() => leaving.reset?.()}
      footer={
        <>
          <Button onPress={() => leaving.proceed?.()}>{m.task.form.leave}</Button>
          <Button look="primary" onPress={() => leaving.reset?.()}>
            {m.task.form.stay}
          </Button>
        </>
      }
    >
      {hint}
    </Dialog>
  )
}

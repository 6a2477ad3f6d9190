import { useMessages } from '../i18n/messages.tsx'
import { Button } from './ui/button.tsx'
import { Dialog } from './ui/dialog.tsx'

/** What is about to be done and cannot be undone. */
export interface Question {
  title: string
  /** What it means for whom. */
  hint: string
  verb: string
  /** What the way out is called where “Cancel” would mean the deed itself. */
  wayOut?: string
  do(): void
}

/** Asks before something that cannot be undone, as long as there is a question. The way out has the focus. */
export function Confirm({ question, onClose }: { question: Question | undefined; onClose(): void }) {
  const m = useMessages()
  if (!question) return null
  return (
    <Dialog
      role="alertdialog"
      title={question.title}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button autoFocus onPress={onClose}>
            {question.wayOut ?? m.common.cancel}
          </Button>
          <Button
            look="danger"
            onPress={() => {
              onClose()
              question.do()
            }}
          >
            {question.verb}
          </Button>
        </>
      }
    >
      {question.hint}
    </Dialog>
  )
}

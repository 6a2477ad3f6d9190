import type { SourceView } from '@datahub/core/api/source-shapes'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { useMay } from '../../app/me.ts'
import { Button, TextLink } from '../../components/ui/button.tsx'
import { Dialog } from '../../components/ui/dialog.tsx'
import { notify, notifyFailure } from '../../components/ui/notices.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useSourceWords } from '../../i18n/source-form.ts'

/** Deletes a source, unless tasks use it: then it leads to them. */
export function RemoveSource({ view: { name, tasks } }: { view: SourceView }) {
  const m = useMessages()
  const w = useSourceWords()
  const may = useMay()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const remove = async () => {
    setOpen(false)
    try {
      await hub.source.remove({ name })
      notify(m.source.removed(name))
      await client.invalidateQueries({ queryKey: query.source.key() })
      await navigate({ to: '/sources' })
    } catch (failure) {
      const problem = asProblem(failure)
      notifyFailure(problem.detail, problem.cure)
    }
  }
  if (!may('source.remove')) return null
  return (
    <>
      <Button look="danger" className="ml-auto" onPress={() => setOpen(true)}>
        {m.common.remove}
      </Button>
      <Dialog
        role="alertdialog"
        title={m.source.removeTitle(name)}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        footer={
          <>
            <Button onPress={() => setOpen(false)}>{m.common.cancel}</Button>
            {tasks === 0 && (
              <Button look="danger" onPress={() => void remove()}>
                {m.common.remove}
              </Button>
            )}
          </>
        }
      >
        {tasks === 0 ? (
          m.source.removeHint
        ) : (
          <>
            {w.inUse(tasks)}{' '}
            <TextLink to="/tasks" search={{ source: name }}>
              {w.showTasks}
            </TextLink>
          </>
        )}
      </Dialog>
    </>
  )
}

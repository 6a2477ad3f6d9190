import type { SourceView } from '@datahub/core/api/source-shapes'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { hub, query } from '../../api/hub.ts'
import { useMay } from '../../app/me.ts'
import { RemoveButton } from '../../components/remove-button.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useSourceWords } from '../../i18n/source-form.ts'

export function RemoveSource({ view: { name, tasks } }: { view: SourceView }) {
  const m = useMessages()
  const w = useSourceWords()
  const may = useMay()
  const navigate = useNavigate()
  const client = useQueryClient()
  if (!may('source.remove')) return null
  return (
    <RemoveButton
      title={m.source.removeTitle(name)}
      hint={m.source.removeHint}
      removed={m.source.removed(name)}
      inUse={w.inUse(tasks)}
      tasks={tasks}
      tasksOf={{ source: name }}
      remove={() => hub.source.remove({ name })}
      onRemoved={async () => {
        await client.invalidateQueries({ queryKey: query.source.key() })
        await navigate({ to: '/sources' })
      }}
    />
  )
}

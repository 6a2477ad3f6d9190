import type { DestinationView } from '@datahub/core/api/destination-shapes'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { hub, query } from '../../api/hub.ts'
import { RemoveButton } from '../../components/remove-button.tsx'
import { useMessages } from '../../i18n/messages.tsx'

export function RemoveDestination({ view: { name, tasks } }: { view: DestinationView }) {
  const m = useMessages()
  const navigate = useNavigate()
  const client = useQueryClient()
  return (
    <RemoveButton
      title={m.destination.removeTitle(name)}
      hint={m.destination.removeHint}
      removed={m.destination.removed(name)}
      inUse={m.destination.inUse(tasks)}
      tasks={tasks}
      tasksOf={{ destination: name }}
      remove={() => hub.destination.remove({ name })}
      onRemoved={async () => {
        await client.invalidateQueries({ queryKey: query.destination.key() })
        await navigate({ to: '/destinations' })
      }}
    />
  )
}

import type { DestinationView } from '@datahub/core/api/destination-shapes'
import { useQuery } from '@tanstack/react-query'
import { query } from '../../api/hub.ts'
import { useMay } from '../../app/me.ts'
import { Card } from '../../components/page.tsx'
import { Answer } from '../../components/states.tsx'
import { TaskStatus } from '../../components/status/status.tsx'
import { TextLink } from '../../components/ui/button.tsx'
import { useDestinationWords } from '../../i18n/destination-form.ts'

const SHOWN = 8

/** The tasks that deliver here: the first of them, and the way to all. */
export function UsersCard({ view: { name } }: { view: DestinationView }) {
  const w = useDestinationWords()
  const may = useMay()
  const tasks = useQuery(query.task.list.queryOptions({ input: { destination: name, limit: SHOWN } }))
  return (
    <Card title={w.users.title}>
      <Answer of={tasks}>
        {({ items, total }) =>
          total === 0 ? (
            <p className="text-soft">
              {w.users.none} {may('task.create') && <TextLink to="/tasks/new">{w.users.create}</TextLink>}
            </p>
          ) : (
            <div className="flex flex-col gap-3">
              <ul className="flex flex-col gap-2">
                {items.map((task) => (
                  <li key={task.id} className="flex items-start justify-between gap-3">
                    <TextLink to="/tasks/$id" params={{ id: String(task.id) }} className="min-w-0 break-words">
                      {task.name}
                    </TextLink>
                    <TaskStatus status={task.status} />
                  </li>
                ))}
              </ul>
              <p className="text-sm text-soft">
                <TextLink to="/tasks" search={{ destination: name }}>
                  {w.users.all(total)}
                </TextLink>
                {may('task.change') && ` · ${w.users.move}`}
              </p>
            </div>
          )
        }
      </Answer>
    </Card>
  )
}

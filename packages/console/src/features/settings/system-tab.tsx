import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX } from 'lucide-react'
import { query } from '../../api/hub.ts'
import { CodeValue } from '../../components/code.tsx'
import { Card, Facts } from '../../components/page.tsx'
import { Answer } from '../../components/states.tsx'
import { Instant } from '../../components/time/time.tsx'
import { useMessages } from '../../i18n/messages.tsx'

export function SystemTab() {
  const m = useMessages()
  const system = useQuery(query.hub.system.queryOptions({ refetchInterval: 15_000 }))
  return (
    <Answer of={system}>
      {(found) => (
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-2">
          <Card title={m.settings.system}>
            <Facts
              facts={[
                [m.settings.version, found.version],
                [m.settings.instance, <CodeValue key="i" text={found.instanceId} what={m.settings.instance} />],
                [m.settings.services, found.services.join(', ')],
                [m.settings.database, m.settings.databases[found.database]],
                [m.settings.now, <Instant key="n" at={found.now} seconds />],
              ]}
            />
          </Card>
          <Card flush title={m.settings.checks}>
            <ul className="divide-y divide-line/70">
              {found.checks.map(({ name, ok, message, remedy }) => (
                <li key={name} className="flex gap-2.5 px-4 py-2.5">
                  {ok ? (
                    <CircleCheck aria-hidden size={17} className="mt-0.5 shrink-0 text-good" />
                  ) : (
                    <CircleX aria-hidden size={17} className="mt-0.5 shrink-0 text-bad" />
                  )}
                  <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
                    <span className="font-medium">{name}</span>
                    <span className="sr-only">: {ok ? m.settings.ok : m.settings.notOk}</span>{' '}
                    <span className="text-soft break-words">{message}</span>
                    {remedy && <p className="mt-1">{remedy}</p>}
                  </div>
                </li>
              ))}
            </ul>
          </Card>
        </div>
      )}
    </Answer>
  )
}

import { useQuery } from '@tanstack/react-query'
import { query } from '../../../api/hub.ts'
import { useMay } from '../../../app/me.ts'
import { Answer } from '../../../components/states.tsx'
import { Health } from './health.tsx'
import { Processes } from './processes.tsx'
import { Queue, Versions } from './queue.tsx'
import { Retention } from './retention.tsx'
import { Configuration } from './configuration.tsx'
import { Bundle } from './bundle.tsx'

/** How the hub itself is doing. Its machines and settings are for those who run it. */
export default function SystemTab() {
  const may = useMay()
  return (
    <div className="flex flex-col gap-5">
      <Health />
      {may('hub.operation') && <Operation />}
    </div>
  )
}

function Operation() {
  const operation = useQuery(query.hub.operation.queryOptions({ refetchInterval: 10_000 }))
  return (
    <Answer of={operation}>
      {({ processes, queue, retention, settings, versions }) => (
        <div className="flex flex-col gap-5">
          <Processes processes={processes} />
          <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-2">
            <Queue queue={queue} />
            <Versions versions={versions} />
          </div>
          <Retention retention={retention} />
          <Configuration settings={settings} />
          <Bundle />
        </div>
      )}
    </Answer>
  )
}

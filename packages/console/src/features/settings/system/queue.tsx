import type { OperationView, QueueView } from '@datahub/core/api/operation-shapes'
import { Card, Facts } from '../../../components/page.tsx'
import { useQuantities } from '../../../components/quantity.ts'
import { useSystemWords } from '../../../i18n/system.ts'

/** What waits to be worked on. */
export function Queue({ queue }: { queue: QueueView }) {
  const words = useSystemWords()
  const { count, duration } = useQuantities()
  const { waiting, oldestSeconds, running, retrying, logsBehind } = queue
  return (
    <Card title={words.queue}>
      <Facts
        facts={[
          [words.waiting, count(waiting)],
          [words.oldest, waiting === 0 ? words.nobodyWaits : duration(oldestSeconds * 1000)],
          [words.running, count(running)],
          [words.retrying, count(retrying)],
          [words.logsBehind, count(logsBehind)],
        ]}
      />
    </Card>
  )
}

export function Versions({ versions }: { versions: OperationView['versions'] }) {
  const words = useSystemWords()
  return (
    <Card title={words.versions}>
      <Facts
        facts={[
          ['Data Hub', versions.hub],
          [words.node, versions.node],
          [words.databaseServer, versions.database],
          [
            words.schema,
            <code key="s" className="font-mono text-sm">
              {versions.schema}
            </code>,
          ],
        ]}
      />
    </Card>
  )
}

import type { SchemaChange } from '@datahub/core/source/schema-change'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { useMay } from '../../app/me.ts'
import { Card } from '../../components/page.tsx'
import { Answer } from '../../components/states.tsx'
import { Instant } from '../../components/time/time.tsx'
import { Button } from '../../components/ui/button.tsx'
import { notify, notifyFailure } from '../../components/ui/notices.tsx'
import { useSourceWords } from '../../i18n/source-form.ts'

/** The columns as they were delivered, how they have changed, and what waits for somebody to say that it was meant. */
export function SchemaDrift({ name }: { name: string }) {
  const w = useSourceWords()
  const may = useMay()
  const client = useQueryClient()
  const schemas = useQuery(query.source.schemas.queryOptions({ input: { name } }))
  const accept = useMutation({
    mutationFn: (table: string) => hub.source.acceptSchema({ name, table }),
    onSuccess: (_answer, table) => notify(w.drift.accepted(table)),
    onError: (failure) => notifyFailure(asProblem(failure).detail, asProblem(failure).cure),
    onSettled: () => client.invalidateQueries({ queryKey: query.source.schemas.key() }),
  })
  return (
    <Card title={w.drift.title}>
      <Answer of={schemas}>
        {(views) =>
          views.length === 0 ? (
            <p className="text-soft">{w.drift.none}</p>
          ) : (
            <ul className="flex flex-col divide-y divide-line/70">
              {views.map(({ table, version, columns, changedAt, changes, refused }) => (
                <li key={table} className="flex flex-col gap-1.5 py-2.5 first:pt-0 last:pb-0">
                  <span className="flex flex-wrap items-baseline gap-x-3">
                    <code className="font-mono text-sm">{table}</code>
                    <span className="text-sm text-soft">
                      {w.drift.version(version, columns.length)} · <Instant at={changedAt} />
                    </span>
                  </span>
                  {changes.length > 0 && <Changes changes={changes} />}
                  {refused && (
                    <div className="rounded-md bg-bad-soft px-3 py-2.5">
                      <p className="flex items-center gap-2 font-medium">
                        <TriangleAlert aria-hidden size={16} className="text-bad" />
                        {w.drift.refused} <Instant at={refused.at} />
                      </p>
                      <Changes changes={refused.changes} />
                      <p className="mt-1 text-sm text-soft">{w.drift.refusedHint}</p>
                      {may('source.acceptSchema') && (
                        <Button
                          size="small"
                          className="mt-2"
                          isPending={accept.isPending}
                          onPress={() => accept.mutate(table)}
                        >
                          {w.drift.accept}
                        </Button>
                      )}
                    </div>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Card>
  )
}

function Changes({ changes }: { changes: readonly SchemaChange[] }) {
  const w = useSourceWords()
  return (
    <ul className="list-disc pl-5 text-sm">
      {changes.map((one) => (
        <li key={one.column}>
          <code className="font-mono">{one.column}</code>{' '}
          {one.change === 'added'
            ? w.drift.added(one.to?.type ?? '')
            : one.change === 'removed'
              ? w.drift.removed(one.from?.type ?? '')
              : w.drift.retyped(one.from?.type ?? '', one.to?.type ?? '')}
        </li>
      ))}
    </ul>
  )
}

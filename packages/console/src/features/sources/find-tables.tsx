import type { DiscoveredReport } from '@datahub/core/source/discovery'
import type { SourceDefinition } from '@datahub/core/task/definition'
import { useMutation } from '@tanstack/react-query'
import { Plus, Search } from 'lucide-react'
import { useState } from 'react'
import { hub } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { ProblemBlock } from '../../components/states.tsx'
import { useQuantities } from '../../components/quantity.ts'
import { Button } from '../../components/ui/button.tsx'
import { TextField } from '../../components/ui/field.tsx'
import { useFailureText } from '../../i18n/failure-text.ts'
import { useSourceWords } from '../../i18n/source-form.ts'

interface FindTablesProps {
  definition(): SourceDefinition
  /** What is among the reports already. */
  isTaken(found: DiscoveredReport): boolean
  onAdd(found: DiscoveredReport): void
}

/** Looks into the source, with the values as they stand in the form, for what could become reports. */
export function FindTables({ definition, isTaken, onAdd }: FindTablesProps) {
  const w = useSourceWords()
  const { count } = useQuantities()
  const text = useFailureText()
  const [match, setMatch] = useState('')
  const find = useMutation({
    mutationFn: () => hub.source.discoverUnsaved({ source: definition(), match, limit: 100 }),
  })
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <TextField
          label={w.find.match}
          value={match}
          onChange={setMatch}
          placeholder={w.find.all}
          className="min-w-48 flex-1"
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            find.mutate()
          }}
        />
        <Button isPending={find.isPending} onPress={() => find.mutate()}>
          <Search aria-hidden size={15} />
          {w.find.find}
        </Button>
      </div>
      {find.isError && <ProblemBlock problem={asProblem(find.error)} />}
      {find.data && (
        <div
          role="region"
          aria-label={w.find.found}
          tabIndex={0}
          className="max-h-80 overflow-y-auto rounded-md border border-line"
        >
          {find.data.reports.length === 0 && <p className="px-3 py-4 text-soft">{w.find.nothing(match)}</p>}
          <ul className="divide-y divide-line/70">
            {find.data.reports.map((found) => (
              <li key={found.title} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
                <span className="min-w-0 flex-1">
                  <code className="font-mono text-sm break-all">{found.title}</code>
                  <span className="block text-sm text-faint">
                    {w.find.kinds[found.kind]} · {w.find.columns(found.columns.length)}
                    {found.rows !== null && ` · ${w.find.rows(count(found.rows))}`}
                  </span>
                  {found.note && <span className="block text-sm text-warn">{text(null, found.note, '').happened}</span>}
                </span>
                <Button
                  size="small"
                  aria-label={isTaken(found) ? `${w.find.added}: ${found.title}` : w.find.addOne(found.title)}
                  isDisabled={isTaken(found)}
                  onPress={() => onAdd(found)}
                >
                  <Plus aria-hidden size={14} />
                  {isTaken(found) ? w.find.added : w.find.add}
                </Button>
              </li>
            ))}
          </ul>
          {find.data.isCut && <p className="px-3 py-2 text-sm text-soft">{w.find.isCut}</p>}
        </div>
      )}
    </div>
  )
}

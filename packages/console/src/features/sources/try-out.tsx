import type { SourceDefinition } from '@datahub/core/task/definition'
import { useMutation } from '@tanstack/react-query'
import { Download, Eye, Sigma } from 'lucide-react'
import { useState } from 'react'
import { hub } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { ProblemBlock } from '../../components/states.tsx'
import { useQuantities } from '../../components/quantity.ts'
import { Button } from '../../components/ui/button.tsx'
import { TextField } from '../../components/ui/field.tsx'
import { Select } from '../../components/ui/select.tsx'
import { useSourceWords } from '../../i18n/source-form.ts'
import { PreviewTable } from './preview-table.tsx'

interface TryOutProps {
  definition(): SourceDefinition
  /** Of the reports, in their order. */
  tables: readonly string[]
}

const yesterday = () => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

/** What would be delivered, by the values as they stand in the form: rows, how many, or the package itself. */
export function TryOut({ definition, tables }: TryOutProps) {
  const w = useSourceWords()
  const { count } = useQuantities()
  const [chosen, setChosen] = useState<string>()
  const [on, setOn] = useState(yesterday)
  const table = chosen !== undefined && tables.includes(chosen) ? chosen : tables[0]
  const asked = () => ({ source: definition(), ...(table ? { table } : {}) })
  const preview = useMutation({ mutationFn: () => hub.source.previewUnsaved({ ...asked(), on, rows: 10 }) })
  const estimate = useMutation({ mutationFn: () => hub.source.estimateUnsaved({ ...asked(), from: on, to: on }) })
  const dryRun = useMutation({
    mutationFn: async () => download(await hub.source.dryRunUnsaved({ source: definition(), from: on, to: on })),
  })
  const failed = [preview, estimate, dryRun].find(({ isError }) => isError)
  const found = estimate.data
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        {tables.length > 1 && (
          <Select
            label={w.tryOut.report}
            items={tables.map((name) => ({ key: name, title: name }))}
            value={table ?? null}
            onChange={setChosen}
            className="min-w-44"
          />
        )}
        <TextField label={w.tryOut.day} value={on} onChange={setOn} className="w-36" mono />
        <Button isPending={preview.isPending} onPress={() => preview.mutate()}>
          <Eye aria-hidden size={15} />
          {w.tryOut.rows}
        </Button>
        <Button isPending={estimate.isPending} onPress={() => estimate.mutate()}>
          <Sigma aria-hidden size={15} />
          {w.tryOut.estimate}
        </Button>
        <Button isPending={dryRun.isPending} onPress={() => dryRun.mutate()}>
          <Download aria-hidden size={15} />
          {w.tryOut.dryRun}
        </Button>
      </div>
      <p role="status" className="text-sm text-soft empty:hidden">
        {found && (found.rows === null ? w.tryOut.unknown : w.tryOut.about(found.table, count(found.rows)))}
      </p>
      {failed && <ProblemBlock problem={asProblem(failed.error)} />}
      {preview.data && <PreviewTable preview={preview.data} />}
    </div>
  )
}

/** Hands the package to the browser, under the name that the hub has given it. */
function download(file: Blob): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = file instanceof File && file.name !== '' ? file.name : 'dry-run.zip'
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

import type { Column } from '@datahub/core/bucket/column'
import { Trash2 } from 'lucide-react'
import { IconButton } from '../../components/ui/button.tsx'
import { TextField } from '../../components/ui/field.tsx'
import { Select } from '../../components/ui/select.tsx'
import { useSourceWords } from '../../i18n/source-form.ts'
import { ColumnsTable } from './columns-table.tsx'
import { Filters } from './filters.tsx'
import { filtersOf, textOf, withField } from './report-draft.ts'
import type { Report } from './source-values.ts'

interface ReportEditorProps {
  report: Report
  /** Its place among the reports. */
  index: number
  /** What it has in the source; undefined: nobody has looked yet. */
  columns: readonly Column[] | undefined
  onChange(report: Report): void
  onRemove(): void
  /** What is wrong with it, by field of the report; `''`: as a whole. */
  errors: Readonly<Record<string, string>>
}

const DATE_TYPES = new Set(['date', 'timestamp', 'timestamptz'])
const NONE = 'none'

/** One report: its name, its day, which columns and which rows. */
export function ReportEditor({ report, index, columns, onChange, onRemove, errors }: ReportEditorProps) {
  const w = useSourceWords()
  const table = textOf(report, 'table')
  const isQuery = report['query'] !== undefined
  const from = textOf(report, 'from') || textOf(report, 'files')
  const dateColumn = textOf(report, 'dateColumn')
  const dates = (columns ?? []).filter(({ type }) => DATE_TYPES.has(type)).map(({ name }) => name)
  const choices = dateColumn && !dates.includes(dateColumn) ? [dateColumn, ...dates] : dates
  const text = (field: string) => ({
    value: textOf(report, field),
    onChange: (value: string) => onChange(withField(report, field, value)),
    ...(errors[field] ? { error: errors[field] } : {}),
  })
  return (
    <section aria-label={w.report.titleOf(table)} className="rounded-lg border border-line">
      <header className="flex items-center justify-between gap-2 border-b border-line bg-sunken/60 px-3 py-2">
        <h3 className="min-w-0 font-medium break-all">
          {table} {from && from !== table && <span className="font-normal text-faint">← {from}</span>}
        </h3>
        <IconButton size="small" label={w.report.remove(table)} onPress={onRemove}>
          <Trash2 aria-hidden size={15} />
        </IconButton>
      </header>
      <div className="flex flex-col gap-4 p-3">
        {errors[''] && (
          <p role="alert" className="text-sm text-bad">
            {errors['']}
          </p>
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField {...text('table')} label={w.report.table} help={w.report.tableHelp} mono />
          {!isQuery && (
            <Select
              label={w.report.dateColumn}
              help={w.report.dateHelp}
              items={[{ key: NONE, title: w.report.noDate }, ...choices.map((name) => ({ key: name, title: name }))]}
              value={dateColumn || NONE}
              onChange={(name) => onChange(withField(report, 'dateColumn', name === NONE ? '' : name))}
              {...(errors['dateColumn'] ? { error: errors['dateColumn'] } : {})}
            />
          )}
        </div>
        {isQuery && (
          <TextField
            {...text('query')}
            name={`reports[${index}].query`}
            // One that is emptied is still a query, and wrong as one
            onChange={(query) => onChange({ ...report, query })}
            label={w.report.query}
            help={w.report.queryHelp}
            placeholder={w.report.queryExample}
            rows={Math.min(16, Math.max(5, textOf(report, 'query').split('\n').length + 1))}
            spellCheck="false"
            mono
          />
        )}
        {columns ? (
          <>
            <ColumnsTable report={report} columns={columns} onChange={onChange} />
            <Filters
              columns={columns}
              filters={filtersOf(report)}
              onChange={(filters) => onChange(withField(report, 'where', filters))}
            />
          </>
        ) : (
          <p className="text-sm text-soft">{isQuery ? w.report.queryColumns : w.report.lookFirst}</p>
        )}
      </div>
    </section>
  )
}

import type { Column } from '@datahub/core/bucket/column'
import { TickBox } from '../../components/ui/tick-box.tsx'
import { useSourceWords } from '../../i18n/source-form.ts'
import { listOf, renamesOf, textOf, withColumn, withKey, withRename } from './report-draft.ts'
import type { Report } from './source-values.ts'

interface ColumnsTableProps {
  report: Report
  columns: readonly Column[]
  onChange(report: Report): void
}

/** Which columns are delivered, under which names, and which of them are the key. */
export function ColumnsTable({ report, columns, onChange }: ColumnsTableProps) {
  const w = useSourceWords()
  const picked = listOf(report, 'columns')
  const keys = listOf(report, 'primaryKey')
  const renames = renamesOf(report)
  const dateColumn = textOf(report, 'dateColumn')
  const isPicked = (name: string) => picked.length === 0 || picked.includes(name)
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label={w.report.columns}
      className="max-h-96 overflow-auto rounded-md border border-line"
    >
      <table className="w-full border-collapse text-left text-sm">
        <caption className="sr-only">{w.report.columns}</caption>
        <thead className="bg-sunken text-soft">
          <tr>
            {[w.report.pick, w.report.column, w.report.key, w.report.nameInCsv].map((title) => (
              <th key={title} scope="col" className="px-3 py-1.5 font-medium whitespace-nowrap">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.map(({ name, type }) => (
            <tr key={name} className="border-t border-line/70">
              <td className="px-3 py-1">
                <TickBox
                  label={w.report.pickOne(name)}
                  isSelected={isPicked(name)}
                  onChange={(is) => onChange(withColumn(report, columns, name, is))}
                />
              </td>
              <td className="px-3 py-1">
                <code className="font-mono break-all">{name}</code>
                <span className="block text-xs text-faint">
                  {type}
                  {name === dateColumn && ` · ${w.report.isDate}`}
                </span>
              </td>
              <td className="px-3 py-1">
                <TickBox
                  label={w.report.keyOne(name)}
                  isSelected={keys.includes(name)}
                  onChange={(is) => onChange(withKey(report, columns, name, is))}
                />
              </td>
              <td className="px-3 py-1">
                <input
                  aria-label={w.report.renameOne(name)}
                  value={renames[name] ?? ''}
                  placeholder={name}
                  disabled={!isPicked(name)}
                  onChange={({ target }) => onChange(withRename(report, name, target.value))}
                  className="h-7 w-full min-w-24 rounded-sm border border-edge/70 bg-surface px-2 font-mono text-sm placeholder:text-faint disabled:opacity-50"
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

import type { Preview } from '@datahub/core/api/source-shapes'
import { useMessages } from '../../i18n/messages.tsx'

/** The first rows of a report, as they will stand in its CSV file. */
export function PreviewTable({ preview }: { preview: Preview }) {
  const m = useMessages()
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label={m.source.rowsOf(preview.table)}
      className="relative overflow-x-auto rounded-md border border-line"
    >
      <table className="w-full border-collapse text-left text-sm">
        <caption className="sr-only">{m.source.rowsOf(preview.table)}</caption>
        <thead className="bg-sunken">
          <tr>
            {preview.columns.map(({ name, type }) => (
              <th key={name} scope="col" className="px-3 py-1.5 font-medium whitespace-nowrap">
                {name} <span className="block text-xs font-normal text-faint">{type}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.map((row, index) => (
            <tr key={index} className="border-t border-line/70">
              {row.map((value, column) => (
                <td key={column} className="max-w-60 truncate px-3 py-1.5 whitespace-nowrap" title={value ?? ''}>
                  {value ?? <span className="text-faint">NULL</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {preview.rows.length === 0 && <p className="px-3 py-4 text-soft">{m.source.noRows}</p>}
    </div>
  )
}

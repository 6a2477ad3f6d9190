import type { ReactNode } from 'react'
import { cx } from './ui/class-names.ts'

export interface Column<Row> {
  key: string
  title: ReactNode
  cell(row: Row): ReactNode
  /** Numbers stand at the right. */
  isNumber?: boolean
  /** Left out where there is little room. */
  isMinor?: boolean
  className?: string
}

interface TableProps<Row> {
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf(row: Row): string | number
  isChosen?(row: Row): boolean
}

/** A plain table, which screen readers know how to read. */
export function Table<Row>({ caption, columns, rows, keyOf, isChosen }: TableProps<Row>) {
  const look = ({ isNumber, isMinor, className }: Column<Row>) =>
    cx('px-3 first:pl-4 last:pr-4', isNumber && 'text-right num', isMinor && 'max-lg:hidden', className)
  return (
    <table className="w-full border-collapse text-left">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr className="border-b border-line text-sm text-faint">
          {columns.map((column) => (
            <th key={column.key} scope="col" className={cx(look(column), 'h-9 font-medium whitespace-nowrap')}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={keyOf(row)}
            className={cx(
              'border-b border-line/70 last:border-0 hover:bg-hover/60',
              isChosen?.(row) && 'bg-accent-soft',
            )}
          >
            {columns.map((column) => (
              <td key={column.key} className={cx(look(column), 'h-11 py-1.5')}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

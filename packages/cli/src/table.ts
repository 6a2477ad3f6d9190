import stringWidth from 'string-width'
import { visible, type Paint } from './style.ts'

export interface TableColumn<Row> {
  readonly title: string
  readonly value: (row: Row) => string | number | null | undefined
  readonly align?: 'right'
}

/**
 * Rows in columns as wide as their widest cell on a terminal, Chinese characters counting two. What is null or absent is a
 * hyphen.
 */
export function table<Row>(rows: readonly Row[], columns: readonly TableColumn<Row>[], paint: Paint): string {
  const cells = rows.map((row) => columns.map(({ value }) => visible(String(value(row) ?? '-'))))
  const lines = [columns.map(({ title }) => title), ...cells]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => stringWidth(line[index] ?? ''))))

  const layOut = (line: readonly string[]) =>
    line
      .map((cell, index) => {
        const padding = ' '.repeat((widths[index] ?? 0) - stringWidth(cell))
        return columns[index]?.align === 'right' ? padding + cell : cell + padding
      })
      .join('  ')
      .trimEnd()
  const [head = '', ...body] = lines.map(layOut)
  return [paint('bold', head), ...body].join('\n')
}

/** `name  value` lines under each other; a value that is undefined is left out. */
export function block(lines: readonly (readonly [name: string, value: string | undefined])[], paint: Paint): string {
  const shown = lines.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  const width = Math.max(...shown.map(([name]) => stringWidth(name)))
  return shown.map(([name, value]) => `${paint('dim', name.padEnd(width))}  ${value}`).join('\n')
}

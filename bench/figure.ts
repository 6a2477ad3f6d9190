/** One measured number. Machines drift, so what counts is the ratio to a baseline of the same run. */
export interface Figure {
  readonly name: string
  /** The median of the repetitions. */
  readonly value: number
  readonly unit: string
  /** What it is compared with, and `value` ÷ the value of that. */
  readonly baseline?: string
  readonly ratio?: number
  /** Such as `≤ 0.8`: where the ratio (or, without one, the value) should be. */
  readonly goal?: string
  readonly peakRssMb?: number
}

const COLUMNS = ['figure', 'value', 'ratio', 'to', 'goal', 'peak RSS MB'] as const

/** A table for people, numbers to the right. */
export function formatFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${round(figure.value)} ${figure.unit}`,
    figure.ratio === undefined ? '' : figure.ratio.toFixed(2),
    figure.baseline ?? '',
    figure.goal ?? '',
    figure.peakRssMb === undefined ? '' : String(Math.round(figure.peakRssMb)),
  ])
  const widths = COLUMNS.map((column, index) => Math.max(...[COLUMNS, ...rows].map((row) => row[index]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => (isNumber(index) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd()
  return `${[line(COLUMNS), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n')}\n`
}

/** The middle one; between the two in the middle when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

function isNumber(column: number): boolean {
  return [1, 2, 5].includes(column)
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

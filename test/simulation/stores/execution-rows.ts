import { OPEN } from '@datahub/server/executions/execution-store'
import type { Rows } from '../database.ts'

export type Execution = Rows['execution']

export const isOpen = ({ status }: Execution) => OPEN.includes(status)
export const byId = (a: { id: number }, b: { id: number }) => a.id - b.id
export const sameInstant = (a: Date, b: Date) => a.getTime() === b.getTime()
export const hasRangeOf = (a: Execution, b: Execution) =>
  sameInstant(a.range_from, b.range_from) && sameInstant(a.range_to, b.range_to)

/** Jobs and rows hold JSON: what goes in is not what comes out. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says what comes out, as a column does
export function json<T>(value: unknown): T {
  return copyOf(value) as T
}

/** Of what JSON can say; half of the time of `structuredClone` is what else it could. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copyOf(one)]))
}

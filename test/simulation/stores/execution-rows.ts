import { OPEN } from '@datahub/server/executions/execution-store'
import type { Rows } from '../database.ts'

export type Execution = Rows['execution']

export const isOpen = ({ status }: Execution) => OPEN.includes(status)
export const byId = (a: { id: number }, b: { id: number }) => a.id - b.id
export const sameInstant = (a: Date, b: Date) => a.getTime() === b.getTime()

/** Jobs and rows hold JSON: what goes in is not what comes out. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says what comes out, as a column does
export function json<T>(value: unknown): T {
  return structuredClone(value) as T
}

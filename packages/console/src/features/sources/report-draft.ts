import type { Column } from '@datahub/core/bucket/column'
import type { Operator } from '@datahub/core/source/operators'
import type { Report } from './source-values.ts'

/** Changes to the entry of a report, which stays as the hub takes it: what is not said is left out. */

export interface Filter {
  column: string
  operator: Operator
  value?: string | string[]
}

export function textOf(report: Report, field: string): string {
  const value = report[field]
  return typeof value === 'string' ? value : ''
}

export function listOf(report: Report, field: string): string[] {
  const value = report[field]
  return Array.isArray(value) ? (value as string[]) : []
}

export function filtersOf(report: Report): Filter[] {
  return Array.isArray(report['where']) ? (report['where'] as Filter[]) : []
}

export function renamesOf(report: Report): Record<string, string> {
  return (report['rename'] ?? {}) as Record<string, string>
}

/** With a field set, or without it where there is nothing to say. */
export function withField(report: Report, field: string, value: unknown): Report {
  const { [field]: _before, ...rest } = report
  const isNothing =
    value === undefined ||
    value === '' ||
    (Array.isArray(value) && value.length === 0) ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  return isNothing ? rest : { ...rest, [field]: value }
}

/** Picks a column, or leaves it out; all of them picked is said by saying nothing. What goes takes its name along. */
export function withColumn(report: Report, all: readonly Column[], name: string, isPicked: boolean): Report {
  const before = listOf(report, 'columns')
  const picked = new Set(before.length > 0 ? before : all.map((column) => column.name))
  if (isPicked) picked.add(name)
  else picked.delete(name)
  const columns = all.map((column) => column.name).filter((one) => picked.has(one))
  const next = withField(report, 'columns', columns.length === all.length ? [] : columns)
  return isPicked ? next : withRename(next, name, '')
}

export function withRename(report: Report, column: string, name: string): Report {
  const { [column]: _before, ...others } = renamesOf(report)
  return withField(report, 'rename', name === '' || name === column ? others : { ...others, [column]: name })
}

export function withKey(report: Report, all: readonly Column[], name: string, isKey: boolean): Report {
  const keys = new Set(listOf(report, 'primaryKey'))
  if (isKey) keys.add(name)
  else keys.delete(name)
  const known = all.map((column) => column.name).filter((one) => keys.has(one))
  return withField(report, 'primaryKey', known)
}

/** What was typed, as the operator takes it: a list between commas, one value, or none. */
export function valueFor(operator: Operator, typed: string): { value?: string | string[] } {
  if (operator === 'is null' || operator === 'is not null') return {}
  if (operator !== 'in' && operator !== 'not in') return { value: typed }
  return {
    value: typed
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean),
  }
}

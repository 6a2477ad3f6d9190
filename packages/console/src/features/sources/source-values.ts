import type { SourceKindView, SourceView } from '@datahub/core/api/source-shapes'
import type { SourceDefinition } from '@datahub/core/task/definition'
import { typedValues, type Typed } from '../../components/described/described-fields.ts'
import { declaredFields, simpleFields } from './source-kinds.ts'

export type Report = Readonly<Record<string, unknown>>

/** What stands in a YAML text; undefined: it is malformed. Without a text it is what was there before anybody typed. */
export interface Written {
  readonly text: string | null
  readonly value: unknown
}

const NOTHING: Written = { text: '', value: null }

/** A source as its form holds it. */
export interface SourceValues {
  name: string
  kind: string
  /** The simple fields of the connection, as they are typed; those that nobody touched are not in it. */
  fields: Typed
  /** The others, which are written as YAML. */
  declared: Written
  reports: readonly Report[]
  /** Where reports are written rather than picked: then these count. */
  writtenReports: Written | null
  maxRangeDays: string
  schemaChanges: SourceDefinition['schemaChanges']
}

export function emptySource(kind: SourceKindView): SourceValues {
  return {
    name: '',
    kind: kind.kind,
    fields: {},
    declared: NOTHING,
    reports: [],
    writtenReports: isWritten(kind) ? NOTHING : null,
    maxRangeDays: '366',
    schemaChanges: 'allow-additions',
  }
}

/** Kinds whose reports can neither be found nor are built in. */
function isWritten(kind: SourceKindView): boolean {
  return !kind.discovers && Object.keys(kind.report['properties'] ?? {}).length > 1
}

export function toValues(view: SourceView, kind: SourceKindView): SourceValues {
  const simple = new Set(simpleFields(kind).map(({ name }) => name))
  // A secret reads {"set": true}: left out, the saved one stays
  const open = Object.entries(view.connection).filter(([, value]) => !isSet(value))
  const declared = open.filter(([name]) => !simple.has(name))
  const typed = open.filter(([name]) => simple.has(name))
  return {
    name: view.name,
    kind: view.kind,
    fields: Object.fromEntries(
      typed.map(([name, value]) => [name, typeof value === 'boolean' ? value : String(value)]),
    ),
    declared: declared.length > 0 ? { text: null, value: Object.fromEntries(declared) } : NOTHING,
    reports: view.reports,
    writtenReports: isWritten(kind) ? { text: null, value: view.reports } : null,
    maxRangeDays: String(view.maxRangeDays),
    schemaChanges: view.schemaChanges,
  }
}

/** What the API takes. */
export function toDefinition(values: SourceValues, kind: SourceKindView): SourceDefinition {
  const typed = typedValues(simpleFields(kind), values.fields)
  return {
    name: values.name.trim() || 'new_source',
    kind: values.kind,
    connection: { ...(declaredFields(kind).length > 0 ? objectIn(values.declared) : {}), ...typed },
    reports: values.writtenReports === null ? [...values.reports] : listIn(values.writtenReports),
    maxRangeDays: Number(values.maxRangeDays),
    schemaChanges: values.schemaChanges,
  }
}

function objectIn({ value }: Written): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function listIn({ value }: Written): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : []
}

export function isSet(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'set' in value
}

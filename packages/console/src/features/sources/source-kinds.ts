import type { SourceKindView } from '@datahub/core/api/source-shapes'

/** What a kind's JSON Schema says of one field, as far as a form asks. */
export interface FieldSchema {
  type?: string
  enum?: string[]
  description?: string
  default?: string | number | boolean
  writeOnly?: boolean
}

export interface Field extends FieldSchema {
  name: string
  isRequired: boolean
}

interface ObjectSchema {
  properties?: Record<string, FieldSchema>
  required?: string[]
}

const SIMPLE = new Set(['string', 'integer', 'number', 'boolean'])

function fieldsOf(schema: ObjectSchema): Field[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    ...field,
    name,
    isRequired: schema.required?.includes(name) ?? false,
  }))
}

/** Fields of the connection that fit into an input each; the others are written as YAML. */
export function simpleFields({ connection }: SourceKindView): Field[] {
  return fieldsOf(connection).filter(({ type }) => type !== undefined && SIMPLE.has(type))
}

export function declaredFields({ connection }: SourceKindView): Field[] {
  return fieldsOf(connection).filter(({ type }) => type === undefined || !SIMPLE.has(type))
}

/** Whether the kind brings its reports, of which some may be chosen. */
export function builtInReports({ report }: SourceKindView): string[] | undefined {
  const fields = fieldsOf(report)
  return fields.length === 1 && fields[0]?.name === 'table' ? fields[0].enum : undefined
}

/** What the JSON Schema of a kind says of one field, as far as a form asks. */
export interface FieldSchema {
  type?: string
  enum?: string[]
  description?: string
  default?: string | number | boolean
  writeOnly?: boolean
}

/** A field that the hub describes. */
export interface Field extends FieldSchema {
  name: string
  isRequired: boolean
}

interface ObjectSchema {
  properties?: Record<string, FieldSchema>
  required?: string[]
}

/** What is typed into the fields, by name; those that nobody touched are not in it. */
export type Typed = Readonly<Record<string, string | boolean>>

const SIMPLE = new Set(['string', 'integer', 'number', 'boolean'])

export function fieldsOf(schema: ObjectSchema): Field[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    ...field,
    name,
    isRequired: schema.required?.includes(name) ?? false,
  }))
}

/** Whether it fits into one input. */
export function isSimple({ type }: Field): boolean {
  return type !== undefined && SIMPLE.has(type)
}

/** What was typed as the hub takes it: numbers as numbers, what is empty not at all. */
export function typedValues(fields: readonly Field[], typed: Typed): Record<string, string | number | boolean> {
  const given = fields.flatMap(({ name, type, writeOnly }) => {
    const value = typed[name]
    const text = typeof value === 'string' && !writeOnly ? value.trim() : value
    if (text === undefined || text === '') return []
    const isNumber = (type === 'integer' || type === 'number') && Number.isFinite(Number(text))
    return [[name, isNumber ? Number(text) : text] as const]
  })
  return Object.fromEntries(given)
}

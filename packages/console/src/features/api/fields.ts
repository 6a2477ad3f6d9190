import { resolve, type Document, type Schema } from './document.ts'

/** A field of a body or an answer, with the path to it. */
export interface Field {
  /** `schedule.at`, `items[].id` */
  readonly path: string
  readonly type: string
  readonly isRequired: boolean
  readonly description: string
}

const DEEPEST = 3

/** The fields of a shape, the inner ones below theirs, so deep that one can still read it. */
export function fieldsOf(schema: Schema, document: Document, prefix = '', depth = 0): Field[] {
  const found = resolve(schema, document)
  if (found.items) return fieldsOf(found.items, document, `${prefix}[]`, depth)
  const branches = found.anyOf ?? found.oneOf ?? found.allOf
  if (!found.properties) {
    const [only] = (branches ?? []).filter((branch) => resolve(branch, document).type !== 'null')
    // Of several shapes none is shown for all of them
    return only && branches && branches.length <= 2 ? fieldsOf(only, document, prefix, depth) : []
  }
  return Object.entries(found.properties).flatMap(([name, one]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`
    const own: Field = {
      path,
      type: typeOf(one),
      isRequired: found.required?.includes(name) ?? false,
      description: one.description ?? resolve(one, document).description ?? '',
    }
    return [own, ...(depth < DEEPEST ? fieldsOf(one, document, path, depth + 1) : [])]
  })
}

/** `string`, `"day" | "week"`, `Task[]`, `integer | null` */
export function typeOf(schema: Schema, depth = 0): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? ''
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ')
  if (schema.items) return `${typeOf(schema.items, depth + 1)}[]`
  const branches = schema.anyOf ?? schema.oneOf
  if (branches && depth < DEEPEST) return [...new Set(branches.map((branch) => typeOf(branch, depth + 1)))].join(' | ')
  const plain = typeof schema.type === 'string' ? schema.type : (schema.type?.join(' | ') ?? 'any')
  return schema.format ? `${plain} (${schema.format})` : plain
}

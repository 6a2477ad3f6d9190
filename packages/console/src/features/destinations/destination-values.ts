import type { DestinationKindView, DestinationView } from '@datahub/core/api/destination-shapes'
import type { DestinationDefinition } from '@datahub/core/task/definition'
import { fieldsOf, isSimple, typedValues, type Field, type Typed } from '../../components/described/described-fields.ts'

/** A destination as a form holds it. */
export interface DestinationValues {
  name: string
  kind: string
  fields: Typed
}

export const emptyDestination: DestinationValues = { name: '', kind: 's3', fields: {} }

export type Kinds = readonly DestinationKindView[]

/** One that this hub does not know has no fields. */
export function kindNamed(kinds: Kinds, name: string): DestinationKindView {
  return kinds.find(({ kind }) => kind === name) ?? { kind: name, title: name, settings: {}, credentials: [] }
}

export function fieldsOfKind({ settings }: DestinationKindView): Field[] {
  return fieldsOf(settings).filter(isSimple)
}

/** Empty where nothing is entered. */
export function textIn({ fields }: DestinationValues, name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value.trim() : ''
}

/** What the API takes. A secret that is not entered is left out: the saved one stays. */
export function toDefinition(values: DestinationValues, kind: DestinationKindView): DestinationDefinition {
  return { ...typedValues(fieldsOfKind(kind), values.fields), name: values.name.trim(), kind: values.kind }
}

/** What the form begins with for a saved destination; secrets are never among it. */
export function toValues(view: DestinationView, kind: DestinationKindView): DestinationValues {
  const shown = fieldsOfKind(kind).flatMap(({ name }) => {
    const value = view[name]
    if (typeof value === 'number') return [[name, String(value)] as const]
    return typeof value === 'string' || typeof value === 'boolean' ? [[name, value] as const] : []
  })
  return { name: view.name, kind: view.kind, fields: Object.fromEntries(shown) }
}

import type { SourceKindView } from '@datahub/core/api/source-shapes'
import { DescribedField } from '../../components/described/described-field.tsx'
import type { Field, Typed } from '../../components/described/described-fields.ts'
import { useSourceWords } from '../../i18n/source-form.ts'
import { simpleFields } from './source-kinds.ts'

interface ConnectionFieldsProps {
  kind: SourceKindView
  values: Typed
  onChange(name: string, value: string | boolean): void
  /** What is wrong, by field of the connection. */
  errors: Readonly<Record<string, string>>
  /** Secrets that are saved and stay when none is entered. */
  savedSecrets: ReadonlySet<string>
}

/** The fields of a kind, as the hub describes them: those that it does not need come last. */
export function ConnectionFields({ kind, values, onChange, errors, savedSecrets }: ConnectionFieldsProps) {
  const w = useSourceWords()
  const fields = simpleFields(kind)
  const needed = fields.filter((field) => field.isRequired || field.writeOnly || field.default === undefined)
  const rest = fields.filter((field) => !needed.includes(field))
  const draw = (field: Field) => (
    <DescribedField
      key={field.name}
      field={field}
      words={w}
      name={`connection.${field.name}`}
      value={values[field.name]}
      onChange={(value) => onChange(field.name, value)}
      error={errors[`connection.${field.name}`]}
      isSaved={savedSecrets.has(field.name)}
    />
  )
  return <div className="grid gap-4 sm:grid-cols-2">{[...needed, ...rest].map(draw)}</div>
}

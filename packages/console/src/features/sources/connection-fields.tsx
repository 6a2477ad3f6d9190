import type { SourceKindView } from '@datahub/core/api/source-shapes'
import { Checkbox } from '../../components/ui/checkbox.tsx'
import { SecretField, TextField } from '../../components/ui/field.tsx'
import { Select } from '../../components/ui/select.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useSourceWords } from '../../i18n/source-form.ts'
import { simpleFields, type Field } from './source-kinds.ts'

interface ConnectionFieldsProps {
  kind: SourceKindView
  values: Readonly<Record<string, string | boolean>>
  onChange(name: string, value: string | boolean): void
  /** What is wrong, by field of the connection. */
  errors: Readonly<Record<string, string>>
  /** Secrets that are saved and stay when none is entered. */
  savedSecrets: ReadonlySet<string>
}

/** The fields of a kind, as the hub describes them: those that it does not need come last. */
export function ConnectionFields({ kind, values, onChange, errors, savedSecrets }: ConnectionFieldsProps) {
  const fields = simpleFields(kind)
  const needed = fields.filter((field) => field.isRequired || field.writeOnly || field.default === undefined)
  const rest = fields.filter((field) => !needed.includes(field))
  const draw = (field: Field) => (
    <OneField
      key={field.name}
      field={field}
      value={values[field.name]}
      onChange={(value) => onChange(field.name, value)}
      error={errors[`connection.${field.name}`]}
      isSaved={savedSecrets.has(field.name)}
    />
  )
  return <div className="grid gap-4 sm:grid-cols-2">{[...needed, ...rest].map(draw)}</div>
}

interface OneFieldProps {
  field: Field
  value: string | boolean | undefined
  onChange(value: string | boolean): void
  error: string | undefined
  isSaved: boolean
}

function OneField({ field, value, onChange, error, isSaved }: OneFieldProps) {
  const m = useMessages()
  const w = useSourceWords()
  const { name, description, writeOnly, isRequired } = field
  const label = w.fields[name] ?? name
  const help = w.fieldHelp[name] ?? description
  const fallback = String(field.default ?? '')
  const text = typeof value === 'string' ? value : ''
  const common = { name: `connection.${name}`, label, help, ...(error ? { error } : {}), optional: !isRequired }
  if (writeOnly)
    return (
      <SecretField
        {...common}
        {...(isSaved ? { help: m.destination.secretStays } : {})}
        value={text}
        onChange={onChange}
        placeholder={isSaved ? '••••••••' : ''}
        optional={isSaved ? false : !isRequired}
      />
    )
  if (field.type === 'boolean')
    return (
      <div className="sm:pt-7">
        <Checkbox isSelected={value === true} onChange={onChange}>
          {label}
        </Checkbox>
      </div>
    )
  if (field.enum)
    return (
      <Select
        {...common}
        items={field.enum.map((key) => ({ key, title: w.words[key] ?? key }))}
        value={text || fallback || null}
        onChange={onChange}
        optional={false}
      />
    )
  const isNumber = field.type === 'integer' || field.type === 'number'
  return (
    <TextField
      {...common}
      value={text}
      onChange={onChange}
      placeholder={fallback || (w.examples[name] ?? '')}
      autoComplete="off"
      spellCheck="false"
      {...(isNumber ? { inputMode: 'decimal' as const } : {})}
      mono
    />
  )
}

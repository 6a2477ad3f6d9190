import { useMessages } from '../../i18n/messages.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { ComboBox } from '../ui/combo-box.tsx'
import { SecretField, TextField } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import type { Field } from './described-fields.ts'

/** What a feature says of the fields that it knows; others are shown as the hub describes them. */
export interface FieldWords {
  readonly fields: Readonly<Record<string, string>>
  readonly fieldHelp: Readonly<Record<string, string>>
  readonly examples: Readonly<Record<string, string>>
  /** Of the values of an enumeration. */
  readonly words: Readonly<Record<string, string>>
}

interface DescribedFieldProps {
  field: Field
  words: FieldWords
  /** How problems name it. */
  name: string
  value: string | boolean | undefined
  onChange(value: string | boolean): void
  error?: string | undefined
  /** A secret that is saved, and stays when none is entered. */
  isSaved?: boolean
  /** Values that are known, where others may be typed as well. */
  suggestions?: readonly string[] | undefined
}

/** One input for one field, as the hub describes it. */
export function DescribedField({
  field,
  words,
  name,
  value,
  onChange,
  error,
  isSaved,
  suggestions,
}: DescribedFieldProps) {
  const m = useMessages()
  const { description, writeOnly, isRequired } = field
  const label = words.fields[field.name] ?? field.name
  const help = words.fieldHelp[field.name] ?? description
  const fallback = String(field.default ?? '')
  const text = typeof value === 'string' ? value : ''
  const common = { name, label, help, ...(error ? { error } : {}), optional: !isRequired }
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
        items={field.enum.map((key) => ({ key, title: words.words[key] ?? key }))}
        value={text || fallback || null}
        onChange={onChange}
        optional={false}
      />
    )
  if (suggestions)
    return (
      <ComboBox
        {...common}
        items={suggestions.map((key) => ({ key, title: key }))}
        value={text}
        onChange={onChange}
        placeholder={words.examples[field.name] ?? ''}
        free
      />
    )
  const isNumber = field.type === 'integer' || field.type === 'number'
  return (
    <TextField
      {...common}
      value={text}
      onChange={onChange}
      placeholder={fallback || (words.examples[field.name] ?? '')}
      autoComplete="off"
      spellCheck="false"
      {...(isNumber ? { inputMode: 'decimal' as const } : {})}
      mono
    />
  )
}

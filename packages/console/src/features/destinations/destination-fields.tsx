import type { DestinationKindView } from '@datahub/core/api/destination-shapes'
import { REGIONS } from '@datahub/core/destination/regions'
import { ChevronRight } from 'lucide-react'
import { DescribedField } from '../../components/described/described-field.tsx'
import type { Field, Typed } from '../../components/described/described-fields.ts'
import { Disclosure } from '../../components/ui/disclosure.tsx'
import { useDestinationWords } from '../../i18n/destination-form.ts'
import { fieldsOfKind } from './destination-values.ts'

interface DestinationFieldsProps {
  kind: DestinationKindView
  values: Typed
  onChange(change: Typed): void
  /** What is wrong, by field. */
  errors: Readonly<Record<string, string>>
  /** Fields that stand elsewhere, such as keys that are rotated. */
  without?: readonly string[]
}

const SUGGESTIONS: Readonly<Record<string, readonly string[]>> = { region: REGIONS }

/** The fields of a kind, as the hub describes them; those that it does not need are behind a fold. */
export function DestinationFields({ kind, values, onChange, errors, without = [] }: DestinationFieldsProps) {
  const w = useDestinationWords()
  const fields = fieldsOfKind(kind).filter(({ name }) => !without.includes(name))
  const rest = fields.filter(({ isRequired }) => !isRequired)
  const draw = (field: Field) => (
    <DescribedField
      key={field.name}
      field={field}
      words={w}
      name={field.name}
      value={values[field.name]}
      onChange={(value) => onChange({ [field.name]: value, ...impliedBy(field.name, value) })}
      error={errors[field.name]}
      suggestions={SUGGESTIONS[field.name]}
    />
  )
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">{fields.filter(({ isRequired }) => isRequired).map(draw)}</div>
      {rest.length > 0 && (
        <Disclosure
          title={w.advanced}
          icon={<ChevronRight aria-hidden size={16} />}
          isOpen={rest.some(({ name }) => errors[name] !== undefined)}
        >
          <div className="grid gap-4 sm:grid-cols-2">{rest.map(draw)}</div>
        </Disclosure>
      )}
    </div>
  )
}

/** A key of KMS goes with encryption by KMS, and with no other. */
function impliedBy(name: string, value: string | boolean): Typed {
  return name === 'kmsKeyArn' && value !== '' ? { encryption: 'sse-kms' } : {}
}

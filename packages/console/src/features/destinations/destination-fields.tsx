import { REGIONS } from '@datahub/core/destination/regions'
import { ChevronRight } from 'lucide-react'
import { Checkbox } from '../../components/ui/checkbox.tsx'
import { Disclosure } from '../../components/ui/disclosure.tsx'
import { SecretField, TextField } from '../../components/ui/field.tsx'
import { ComboBox } from '../../components/ui/combo-box.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import type { DestinationValues } from './bucket-values.ts'

interface DestinationFieldsProps {
  values: DestinationValues
  onChange(change: Partial<DestinationValues>): void
  /** What is wrong, by field. */
  errors: Readonly<Record<string, string>>
  /** A secret is saved already and stays when none is entered. */
  hasSecret?: boolean
  /** Only what the customer knows: bucket, region, keys. */
  isBrief?: boolean
}

const regions = REGIONS.map((region) => ({ key: region, title: region }))

/** The guide's four values, in the guide's words, and what few need behind a fold. */
export function DestinationFields({ values, onChange, errors, hasSecret, isBrief }: DestinationFieldsProps) {
  const m = useMessages()
  const text = (field: keyof DestinationValues) => ({
    name: field,
    value: values[field] as string,
    onChange: (value: string) => onChange({ [field]: value }),
    error: errors[field],
  })
  if (values.kind === 'filesystem') {
    return <TextField {...text('path')} label={m.destination.path} help={m.destination.pathHelp} mono isRequired />
  }
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          {...text('bucket')}
          label={m.destination.bucket}
          placeholder="company-xnurta-data"
          autoComplete="off"
          spellCheck="false"
        />
        <ComboBox
          label={m.destination.region}
          items={regions}
          value={values.region}
          onChange={(region) => onChange({ region })}
          placeholder="us-east-1"
          error={errors['region']}
          free
        />
        <TextField
          {...text('accessKeyId')}
          label={m.destination.accessKeyId}
          placeholder="AKIA…"
          mono
          autoComplete="off"
          spellCheck="false"
        />
        <SecretField
          {...text('secretAccessKey')}
          label={m.destination.secretAccessKey}
          help={hasSecret ? m.destination.secretStays : m.destination.secretHelp}
          placeholder={hasSecret ? '••••••••' : ''}
        />
      </div>
      {!isBrief && (
        <Disclosure title={m.destination.advanced} icon={<ChevronRight aria-hidden size={16} />}>
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField {...text('prefix')} label={m.destination.prefix} help={m.destination.prefixHelp} optional mono />
            <TextField
              {...text('endpoint')}
              label={m.destination.endpoint}
              help={m.destination.endpointHelp}
              optional
              mono
            />
            <TextField
              {...text('kmsKeyArn')}
              label={m.destination.kmsKeyArn}
              help={m.destination.kmsHelp}
              optional
              mono
            />
            <TextField {...text('roleArn')} label={m.destination.roleArn} help={m.destination.roleHelp} optional mono />
            <TextField
              {...text('expectedBucketOwner')}
              label={m.destination.owner}
              help={m.destination.ownerHelp}
              optional
              mono
            />
            <div className="flex flex-col gap-2 sm:pt-7">
              <Checkbox isSelected={values.pathStyle} onChange={(pathStyle) => onChange({ pathStyle })}>
                {m.destination.pathStyle}
              </Checkbox>
              <Checkbox isSelected={values.hasAcl} onChange={(hasAcl) => onChange({ hasAcl })}>
                {m.destination.acl}
              </Checkbox>
            </div>
          </div>
        </Disclosure>
      )}
    </div>
  )
}

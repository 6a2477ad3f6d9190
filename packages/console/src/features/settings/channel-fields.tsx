import type { AlertChannelView } from '@datahub/core/api/alert-shapes'
import { SecretField, TextField } from '../../components/ui/field.tsx'
import { Select } from '../../components/ui/select.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { isSaved, type ChannelDraft } from './channel-draft.ts'

interface ChannelFieldsProps {
  draft: ChannelDraft
  channel: AlertChannelView | undefined
  errors: Readonly<Record<string, string>>
  onChange(values: Partial<ChannelDraft>): void
}

/** The fields of the kind that is chosen, with what they look like as their help. */
export function ChannelFields(props: ChannelFieldsProps) {
  return props.draft.kind === 'email' ? (
    <EmailFields {...props} />
  ) : (
    <AddressFields {...props} kind={props.draft.kind} />
  )
}

function AddressFields({
  draft,
  channel,
  errors,
  onChange,
  kind,
}: ChannelFieldsProps & { kind: Exclude<ChannelDraft['kind'], 'email'> }) {
  const m = useMessages()
  const help = (field: string, words: string) => (isSaved(channel, kind, field) ? m.alert.keep : words)
  const address = {
    name: 'url',
    label: m.alert.url,
    help: help('url', m.alert.urlHelp[kind]),
    value: draft.url,
    onChange: (url: string) => onChange({ url }),
    error: errors['url'],
  }
  return (
    <>
      {kind === 'webhook' ? <TextField mono {...address} /> : <SecretField {...address} />}
      {(kind === 'feishu' || kind === 'dingtalk') && (
        <SecretField
          optional
          name="signingSecret"
          label={m.alert.signingSecret}
          help={help('signingSecret', m.alert.signingSecretHelp)}
          value={draft.signingSecret}
          onChange={(signingSecret) => onChange({ signingSecret })}
          error={errors['signingSecret']}
        />
      )}
    </>
  )
}

function EmailFields({ draft, channel, errors, onChange }: ChannelFieldsProps) {
  const m = useMessages()
  const field = (name: 'host' | 'port' | 'user' | 'from' | 'to') => ({
    name,
    value: draft[name],
    onChange: (value: string) => onChange({ [name]: value }),
    error: errors[name] ?? Object.entries(errors).find(([key]) => key.startsWith(`${name}[`))?.[1],
  })
  const securities = (['starttls', 'tls', 'none'] as const).map((key) => ({ key, title: m.alert.securities[key] }))
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_6rem_11rem]">
        <TextField {...field('host')} mono label={m.alert.host} placeholder="smtp.example.com" />
        <TextField {...field('port')} label={m.alert.port} inputMode="numeric" />
        <Select
          label={m.alert.security}
          items={securities}
          value={draft.security}
          onChange={(security) => onChange({ security })}
        />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField {...field('user')} optional label={m.alert.user} autoComplete="off" />
        <SecretField
          optional
          name="password"
          label={m.alert.password}
          help={isSaved(channel, 'email', 'password') ? m.alert.keep : undefined}
          value={draft.password}
          onChange={(password) => onChange({ password })}
          error={errors['password']}
        />
        <TextField {...field('from')} label={m.alert.sender} placeholder="hub@example.com" />
        <TextField
          {...field('to')}
          label={m.alert.recipients}
          help={m.alert.recipientsHelp}
          placeholder="ada@example.com, bo@example.com"
        />
      </div>
    </>
  )
}

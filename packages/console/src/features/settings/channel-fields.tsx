import type { AlertChannelView } from '@datahub/core/api/alert-shapes'
import { SecretField, TextField } from '../../components/ui/field.tsx'
import { Select } from '../../components/ui/select.tsx'
import { useAlertChannelMessages } from '../../i18n/alert-channels.ts'
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
  const t = useAlertChannelMessages()
  const help = (field: string, words: string) => (isSaved(channel, kind, field) ? t.keep : words)
  const address = {
    name: 'url',
    label: t.url,
    help: help('url', t.urlHelp[kind]),
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
          label={t.signingSecret}
          help={help('signingSecret', t.signingSecretHelp)}
          value={draft.signingSecret}
          onChange={(signingSecret) => onChange({ signingSecret })}
          error={errors['signingSecret']}
        />
      )}
    </>
  )
}

function EmailFields({ draft, channel, errors, onChange }: ChannelFieldsProps) {
  const t = useAlertChannelMessages()
  const field = (name: 'host' | 'port' | 'user' | 'from' | 'to') => ({
    name,
    value: draft[name],
    onChange: (value: string) => onChange({ [name]: value }),
    error: errors[name] ?? Object.entries(errors).find(([key]) => key.startsWith(`${name}[`))?.[1],
  })
  const securities = (['starttls', 'tls', 'none'] as const).map((key) => ({ key, title: t.securities[key] }))
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_6rem_11rem]">
        <TextField {...field('host')} mono label={t.host} placeholder="smtp.example.com" />
        <TextField {...field('port')} label={t.port} inputMode="numeric" />
        <Select
          label={t.security}
          items={securities}
          value={draft.security}
          onChange={(security) => onChange({ security })}
        />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField {...field('user')} optional label={t.user} autoComplete="off" />
        <SecretField
          optional
          name="password"
          label={t.password}
          help={isSaved(channel, 'email', 'password') ? t.keep : undefined}
          value={draft.password}
          onChange={(password) => onChange({ password })}
          error={errors['password']}
        />
        <TextField {...field('from')} label={t.sender} placeholder="hub@example.com" />
        <TextField
          {...field('to')}
          label={t.recipients}
          help={t.recipientsHelp}
          placeholder="ada@example.com, bo@example.com"
        />
      </div>
    </>
  )
}

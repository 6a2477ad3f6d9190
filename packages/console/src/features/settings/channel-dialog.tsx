import { ALERT_TOPICS, type AlertTopic } from '@datahub/core/alert/alert'
import { CHANNEL_KINDS, LANGUAGES, type AlertChannelKind, type Language } from '@datahub/core/alert/channel-kinds'
import type { AlertChannelView, AlertTrial } from '@datahub/core/api/alert-shapes'
import { CircleCheck, CircleX } from 'lucide-react'
import { useState } from 'react'
import { hub } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { usePreferences } from '../../app/preferences.ts'
import { fieldErrors } from '../../components/form-errors.tsx'
import { ProblemBlock } from '../../components/states.tsx'
import { Button } from '../../components/ui/button.tsx'
import { CheckboxGroup } from '../../components/ui/checkbox-group.tsx'
import { Checkbox } from '../../components/ui/checkbox.tsx'
import { Dialog } from '../../components/ui/dialog.tsx'
import { TextField } from '../../components/ui/field.tsx'
import { notify } from '../../components/ui/notices.tsx'
import { Select } from '../../components/ui/select.tsx'
import { Switch } from '../../components/ui/switch.tsx'
import { useAlertChannelMessages } from '../../i18n/alert-channels.ts'
import { useFailureText } from '../../i18n/failure-text.ts'
import { useMessages } from '../../i18n/messages.tsx'
import { definitionOf, draftOf, type ChannelDraft } from './channel-draft.ts'
import { ChannelFields } from './channel-fields.tsx'

interface ChannelDialogProps {
  /** Undefined: a new one. */
  channel: AlertChannelView | undefined
  onClose(): void
  /** `secret`: made by the hub just now, to be shown this once. */
  onSaved(secret: string | null): void
}

/** Adds or edits a channel; what is entered can be tried before it is saved. */
export default function ChannelDialog({ channel, onClose, onSaved }: ChannelDialogProps) {
  const m = useMessages()
  const t = useAlertChannelMessages()
  const { locale } = usePreferences()
  const [draft, setDraft] = useState(() => draftOf(channel, locale === 'zh' ? 'zh' : 'en', ALERT_TOPICS))
  const [trial, setTrial] = useState<AlertTrial | 'waiting'>()
  const [problem, setProblem] = useState<ReturnType<typeof asProblem>>()
  const errors = fieldErrors(problem)
  const change = (values: Partial<ChannelDraft>) => {
    setDraft({ ...draft, ...values })
    setTrial(undefined)
  }
  const attempt = async (act: () => Promise<void>) => {
    setProblem(undefined)
    try {
      await act()
    } catch (failure) {
      setTrial(undefined)
      setProblem(asProblem(failure))
    }
  }
  const test = () =>
    attempt(async () => {
      setTrial('waiting')
      const query = channel ? { channel: channel.name } : {}
      setTrial(await hub.alertChannel.testUnsaved({ query, body: definitionOf(draft, channel) }))
    })
  const save = () =>
    attempt(async () => {
      const definition = definitionOf(draft, channel)
      const secret = channel
        ? (await hub.alertChannel.replace({ params: { channel: channel.name }, body: definition }), null)
        : (await hub.alertChannel.create(definition)).secret
      notify(t.saved(definition.name))
      onSaved(secret)
    })
  return (
    <Dialog
      wide
      title={channel ? t.edit(channel.name) : t.add}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button isPending={trial === 'waiting'} onPress={() => void test()}>
            {t.test}
          </Button>
          <span className="flex-1" />
          <Button onPress={onClose}>{m.common.cancel}</Button>
          <Button look="primary" onPress={() => void save()}>
            {m.common.save}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {problem && problem.errors.length === 0 && <ProblemBlock problem={problem} />}
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            autoFocus
            name="name"
            label={t.name}
            placeholder={t.nameExample}
            value={draft.name}
            onChange={(name) => change({ name })}
            error={errors['name']}
          />
          <Select
            label={t.kind}
            items={CHANNEL_KINDS.map((key) => ({ key, title: t.kinds[key] }))}
            value={draft.kind}
            onChange={(kind) => change({ kind: kind as AlertChannelKind, url: '' })}
          />
        </div>
        <ChannelFields draft={draft} channel={channel} errors={errors} onChange={change} />
        <CheckboxGroup
          label={t.topic}
          value={[...draft.alerts]}
          onChange={(chosen) => change({ alerts: chosen as AlertTopic[] })}
          error={errors['alerts']}
        >
          {ALERT_TOPICS.map((topic) => (
            <Checkbox key={topic} value={topic}>
              {m.alert.topics[topic]}
            </Checkbox>
          ))}
        </CheckboxGroup>
        <TextField
          name="tasks"
          label={t.tasks}
          help={t.tasksHelp}
          placeholder={t.tasksExample}
          rows={3}
          optional
          value={draft.tasks}
          onChange={(tasks) => change({ tasks })}
          error={Object.entries(errors).find(([field]) => field.startsWith('tasks'))?.[1]}
        />
        <div className="grid items-end gap-4 sm:grid-cols-2">
          <Select
            label={t.language}
            items={LANGUAGES.map((key) => ({ key, title: t.languages[key] }))}
            value={draft.language}
            onChange={(language) => change({ language: language as Language })}
          />
          <div className="flex min-h-9 items-center">
            <Switch isSelected={draft.enabled} onChange={(enabled) => change({ enabled })}>
              {t.enabled}
            </Switch>
          </div>
        </div>
        <div aria-live="polite">{trial !== undefined && trial !== 'waiting' && <Outcome trial={trial} />}</div>
      </div>
    </Dialog>
  )
}

function Outcome({ trial: { ok, answer, failure } }: { trial: AlertTrial }) {
  const t = useAlertChannelMessages()
  const text = useFailureText()
  const told = failure && text(failure.code, failure.message, failure.cure)
  return (
    <div
      className={`flex gap-2.5 rounded-lg border px-4 py-3 ${ok ? 'border-good/40 bg-good-soft' : 'border-bad/40 bg-bad-soft'}`}
    >
      {ok ? (
        <CircleCheck aria-hidden size={18} className="mt-0.5 shrink-0 text-good" />
      ) : (
        <CircleX aria-hidden size={18} className="mt-0.5 shrink-0 text-bad" />
      )}
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p className="font-medium">{ok ? t.tested(answer ?? '') : (told?.happened ?? t.notTested)}</p>
        {told && <p className="text-soft">{told.cure}</p>}
      </div>
    </div>
  )
}

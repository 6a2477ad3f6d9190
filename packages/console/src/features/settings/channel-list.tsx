import type { AlertChannelView } from '@datahub/core/api/alert-shapes'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Ellipsis, KeyRound, Pencil, Send, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { CodeBlock } from '../../components/code.tsx'
import { Confirm, type Question } from '../../components/confirm.tsx'
import { Card } from '../../components/page.tsx'
import { Answer, Empty } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Instant } from '../../components/time/time.tsx'
import { Button } from '../../components/ui/button.tsx'
import { Dialog } from '../../components/ui/dialog.tsx'
import { Menu } from '../../components/ui/menu.tsx'
import { notify, notifyFailure } from '../../components/ui/notices.tsx'
import { useAlertChannelMessages } from '../../i18n/alert-channels.ts'
import { useFailureText } from '../../i18n/failure-text.ts'
import { useMessages } from '../../i18n/messages.tsx'

// Not needed by whoever only looks
const ChannelDialog = lazy(() => import('./channel-dialog.tsx'))

/** In the address a channel that is open in the form; this one is not there yet. */
const NEW_CHANNEL = 'new'

interface Shown {
  readonly secret: string
  readonly hint: string
}

/** Where alerts are sent, and whether they arrive. */
export function ChannelList() {
  const m = useMessages()
  const t = useAlertChannelMessages()
  const text = useFailureText()
  const client = useQueryClient()
  const { channel: open } = useSearch({ from: '/signed-in/settings' })
  const navigate = useNavigate({ from: '/settings' })
  const [question, setQuestion] = useState<Question>()
  const [shown, setShown] = useState<Shown>()
  const channels = useQuery(query.alertChannel.list.queryOptions({ refetchInterval: 15_000 }))
  const go = (channel?: string) => void navigate({ search: { tab: 'alerts', ...(channel ? { channel } : {}) } })
  const lookAgain = () => client.invalidateQueries({ queryKey: query.alertChannel.key() })
  const act = async (deed: () => Promise<void>) => {
    try {
      await deed()
    } catch (failure) {
      const problem = asProblem(failure)
      notifyFailure(problem.detail, problem.cure)
    }
    await lookAgain()
  }
  const test = ({ name }: AlertChannelView) =>
    act(async () => {
      notify(t.testing)
      const { ok, answer, failure } = await hub.alertChannel.test({ channel: name })
      if (ok) notify(t.tested(answer ?? ''))
      else if (failure) {
        const { happened, cure } = text(failure.code, failure.message, failure.cure)
        notifyFailure(happened, cure)
      } else notifyFailure(t.notTested)
    })
  const rotate = ({ name }: AlertChannelView) =>
    act(async () => {
      const { secret } = await hub.alertChannel.rotate({ channel: name })
      setShown({ secret, hint: t.secretRotated })
    })
  const remove = ({ name }: AlertChannelView) =>
    act(async () => {
      await hub.alertChannel.remove({ channel: name })
      notify(t.removed(name))
    })
  const columns: readonly Column<AlertChannelView>[] = [
    {
      key: 'name',
      title: t.name,
      cell: ({ name, kind, receiver }) => (
        <>
          <span className="font-medium">{name}</span>
          <span className="block min-w-24 text-sm text-faint break-words">
            {t.kinds[kind]}
            {receiver !== kind && ` · ${receiver}`}
          </span>
        </>
      ),
    },
    {
      key: 'topics',
      title: t.topic,
      isMinor: true,
      cell: ({ alerts, enabled }) => (
        <span className="text-sm text-soft">
          {enabled ? alerts.map((topic) => m.alert.topics[topic]).join(' · ') : t.off}
        </span>
      ),
    },
    { key: 'sent', title: t.lastSent, cell: (channel) => <Standing channel={channel} /> },
    {
      key: 'actions',
      title: <span className="sr-only">{m.common.actions}</span>,
      className: 'w-12',
      cell: (channel) => (
        <Menu
          label={`${m.common.more}: ${channel.name}`}
          size="small"
          actions={[
            {
              key: 'test',
              title: t.test,
              icon: <Send aria-hidden size={15} />,
              do: () => void test(channel),
            },
            {
              key: 'edit',
              title: m.common.edit,
              icon: <Pencil aria-hidden size={15} />,
              do: () => go(channel.name),
            },
            ...(channel.kind === 'webhook'
              ? [
                  {
                    key: 'rotate',
                    title: t.rotate,
                    icon: <KeyRound aria-hidden size={15} />,
                    do: () => void rotate(channel),
                  },
                ]
              : []),
            {
              key: 'remove',
              title: t.remove,
              icon: <Trash2 aria-hidden size={15} />,
              isDanger: true,
              isSeparated: true,
              do: () =>
                setQuestion({
                  title: t.removeTitle(channel.name),
                  hint: t.removeHint,
                  verb: t.remove,
                  do: () => void remove(channel),
                }),
            },
          ]}
        >
          <Ellipsis aria-hidden size={17} />
        </Menu>
      ),
    },
  ]
  return (
    <Card
      flush
      title={t.channels}
      actions={
        <Button size="small" look="primary" onPress={() => go(NEW_CHANNEL)}>
          {t.add}
        </Button>
      }
    >
      <Answer of={channels}>
        {(found) => {
          const edited = found.find(({ name }) => name === open)
          return (
            <>
              {found.length === 0 ? (
                <Empty title={t.noChannels}>{t.noChannelsHint}</Empty>
              ) : (
                <Table caption={t.channels} columns={columns} rows={found} keyOf={({ id }) => id} />
              )}
              {(edited ?? open === NEW_CHANNEL) && (
                <Suspense>
                  <ChannelDialog
                    key={edited?.id ?? NEW_CHANNEL}
                    channel={edited}
                    onClose={() => go()}
                    onSaved={(secret) => {
                      go()
                      if (secret !== null) setShown({ secret, hint: t.secretOnce })
                      void lookAgain()
                    }}
                  />
                </Suspense>
              )}
            </>
          )
        }}
      </Answer>
      <Dialog title={t.secretTitle} isOpen={shown !== undefined} onClose={() => setShown(undefined)}>
        <p className="mb-3 text-soft">{shown?.hint}</p>
        <CodeBlock text={shown?.secret ?? ''} what={t.secretTitle} />
      </Dialog>
      <Confirm question={question} onClose={() => setQuestion(undefined)} />
    </Card>
  )
}

function Standing({ channel: { lastSentAt, waiting, dead, failure } }: { channel: AlertChannelView }) {
  const t = useAlertChannelMessages()
  const text = useFailureText()
  return (
    <>
      {(lastSentAt !== null || waiting + dead === 0) && <Instant at={lastSentAt} />}
      {(waiting > 0 || dead > 0) && (
        <span className="block text-sm text-warn">
          {[...(waiting > 0 ? [t.waiting(waiting)] : []), ...(dead > 0 ? [t.dead(dead)] : [])].join(' · ')}
        </span>
      )}
      {failure && (
        <span className="block text-sm text-bad [overflow-wrap:anywhere]">
          {text(failure.code, failure.message, failure.cure).happened}
        </span>
      )}
    </>
  )
}

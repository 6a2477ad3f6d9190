import type { AlertPage } from '@datahub/core/api/alert-shapes'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CirclePause, CircleX, Clock, Unplug, type LucideIcon } from 'lucide-react'
import { query } from '../../api/hub.ts'
import { FreshRows } from '../../components/fresh-rows.tsx'
import { useHeldRows, type Answered } from '../../components/held-rows.ts'
import { Card } from '../../components/page.tsx'
import { Answer } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Instant } from '../../components/time/time.tsx'
import { TextLink } from '../../components/ui/button.tsx'
import { useAlertChannelMessages } from '../../i18n/alert-channels.ts'
import { useFailureText } from '../../i18n/failure-text.ts'
import { useMessages } from '../../i18n/messages.tsx'

type Alert = AlertPage['items'][number]

const LOOK_EVERY_MS = 15_000
const SHOWN = 3
const icons: Record<Alert['kind'], LucideIcon> = {
  failing: CircleX,
  late: Clock,
  connection: Unplug,
  paused: CirclePause,
}

/** Alerts that are open, or the newest of those that are over. */
export function AlertList({ state }: { state: 'open' | 'resolved' }) {
  const t = useAlertChannelMessages()
  const limit = state === 'open' ? 200 : 20
  const alerts = useQuery(query.alert.list.queryOptions({ input: { state, limit }, refetchInterval: LOOK_EVERY_MS }))
  const title = state === 'open' ? t.open : t.past
  const columns: readonly Column<Alert>[] = [
    { key: 'what', title: t.what, cell: (alert) => <What alert={alert} /> },
    {
      key: 'where',
      title: t.where,
      cell: ({ place, tasks }) => (
        <>
          {t.nouns[place.noun]} <span className="font-medium">{place.name}</span>
          {place.noun !== 'task' && <Tasks tasks={tasks} />}
        </>
      ),
    },
    { key: 'since', title: t.since, cell: ({ since }) => <Instant at={since} /> },
    state === 'open'
      ? {
          key: 'told',
          title: t.told,
          isMinor: true,
          className: 'num',
          cell: ({ sent, unsent }) => toldOf(sent, unsent),
        }
      : { key: 'resolved', title: t.resolved, cell: ({ resolvedAt }) => <Instant at={resolvedAt} /> },
  ]
  const toldOf = (sent: number, unsent: number) => (sent + unsent === 0 ? t.toldNobody : t.toldOf(sent, sent + unsent))
  return (
    <Card flush title={title}>
      <Answer of={alerts}>
        {({ items }) =>
          items.length > 0 ? (
            <Rows answer={alerts} list={state} title={title} alerts={items} columns={columns} />
          ) : state === 'open' ? (
            <p className="flex items-center gap-2 px-4 py-3.5">
              <CircleCheck aria-hidden size={17} className="shrink-0 text-good" />
              <span>
                {t.noneOpen} <span className="text-soft">{t.noneOpenHint}</span>
              </span>
            </p>
          ) : (
            <p className="px-4 py-3.5 text-soft">{t.nonePast}</p>
          )
        }
      </Answer>
    </Card>
  )
}

interface RowsProps {
  answer: Answered
  list: string
  title: string
  alerts: readonly Alert[]
  columns: readonly Column<Alert>[]
}

function Rows({ answer, list, title, alerts, columns }: RowsProps) {
  const m = useMessages()
  const { shown, fresh, gone, showFresh } = useHeldRows(answer, list, alerts, ({ id }) => id)
  return (
    <>
      <FreshRows count={fresh.length + gone.size} words={m.common.changes} onShow={showFresh} />
      <Table caption={title} columns={columns} rows={shown} keyOf={({ id }) => id} />
    </>
  )
}

function What({ alert: { kind, code, message, cure, resolution } }: { alert: Alert }) {
  const m = useMessages()
  const t = useAlertChannelMessages()
  const told = useFailureText()(code, message, cure)
  const Icon = resolution ? CircleCheck : icons[kind]
  return (
    <div className="flex min-w-56 gap-2">
      <Icon aria-hidden size={16} className={`mt-0.5 shrink-0 ${resolution ? 'text-good' : 'text-bad'}`} />
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <span className="font-medium">{m.alert.topics[kind]}</span>
        {resolution && <span className="text-soft"> · {t.resolutions[resolution]}</span>}
        <p className="text-sm text-soft">{message === '' ? m.alert.late : told.happened}</p>
        {!resolution && cure !== '' && <p className="text-sm">{told.cure}</p>}
        {code !== null && (
          <TextLink to="/help/errors/$code" params={{ code }}>
            <code className="font-mono text-sm">{code}</code>
          </TextLink>
        )}
      </div>
    </div>
  )
}

function Tasks({ tasks }: Pick<Alert, 'tasks'>) {
  return (
    <span className="block text-sm text-soft">
      {tasks.slice(0, SHOWN).map(({ id, name, execution }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <TextLink
            to="/tasks/$id"
            params={{ id: String(id) }}
            search={execution ? { tab: 'executions', execution: execution.id } : {}}
          >
            {name}
          </TextLink>
        </span>
      ))}
      {tasks.length > SHOWN && ` +${tasks.length - SHOWN}`}
    </span>
  )
}

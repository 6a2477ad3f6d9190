import type { TaskView } from '@datahub/core/api/task-shapes'
import { dayOf } from '@datahub/core/execution/data-range'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { query } from '../../api/hub.ts'
import { watched } from '../../app/live/live.ts'
import { taskSearch, type TaskSearch, type TaskTab } from '../../app/search.ts'
import { Page } from '../../components/page.tsx'
import { Answer } from '../../components/states.tsx'
import { TaskStatus } from '../../components/status/status.tsx'
import { Instant } from '../../components/time/time.tsx'
import { TextLink } from '../../components/ui/button.tsx'
import type { Days } from '../../components/ui/day-range-field.tsx'
import { Tabs } from '../../components/ui/tabs.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useTaskPageWords } from '../../i18n/task-page.ts'
import { ExecutionDrawer } from '../executions/execution-drawer.tsx'
import { ExecutionsTab } from '../executions/executions-tab.tsx'
import { CoverageTab } from './coverage/coverage-tab.tsx'
import { FilesTab } from './files/files-tab.tsx'
import { PauseReason } from './pause-reason.tsx'
import { scheduleWords } from './schedule-words.ts'
import { TaskButtons } from './task-buttons.tsx'

// Not needed by whoever only looks
const BackfillDialog = lazy(() => import('../backfills/backfill-dialog.tsx'))
const TaskActivity = lazy(() => import('./activity/task-activity.tsx'))
const SettingsTab = lazy(() => import('./settings-tab.tsx'))

export function TaskPage() {
  const { id } = useParams({ from: '/signed-in/tasks/$id' })
  const task = useQuery(query.task.get.queryOptions({ input: { task: id }, refetchInterval: watched }))
  const m = useMessages()
  const [days, setDays] = useState<Days>()
  const zone = task.data ? timeZoneOf(task.data) : 'UTC'
  const lastWeek = () => {
    const today = new Date()
    setDays({
      from: dayOf(new Date(today.getTime() - 7 * 86_400_000), zone),
      to: dayOf(new Date(today.getTime() - 86_400_000), zone),
    })
  }
  return (
    <Page
      title={task.data?.name ?? `${m.task.one} ${id}`}
      lead={task.data && <Lead task={task.data} />}
      actions={task.data && <TaskButtons task={task.data} onBackfill={lastWeek} />}
    >
      <Answer of={task}>
        {(found) => (
          <>
            <PauseReason task={found} zone={zone} />
            <TaskTabs task={found} onBackfill={setDays} />
            {days && (
              <Suspense>
                <BackfillDialog
                  task={{ id: found.id, name: found.name, timeZone: zone }}
                  days={days}
                  onClose={() => setDays(undefined)}
                />
              </Suspense>
            )}
          </>
        )}
      </Answer>
    </Page>
  )
}

function timeZoneOf({ schedule, oneTime }: TaskView): string {
  return schedule?.timeZone ?? oneTime?.timeZone ?? 'UTC'
}

function Lead({ task }: { task: TaskView }) {
  const m = useMessages()
  const w = useTaskPageWords()
  const { schedule, oneTime } = task
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <TaskStatus status={task.status} />
      <span className="text-faint">#{task.id}</span>
      <span>
        {schedule ? scheduleWords(schedule, m) : oneTime && m.task.words.once(oneTime.from, oneTime.to)}{' '}
        <span className="text-faint">{timeZoneOf(task)}</span>
      </span>
      {task.nextFireAt && (
        <span>
          {w.next} <Instant at={task.nextFireAt} zone={timeZoneOf(task)} />
        </span>
      )}
      <span className="min-w-0 [overflow-wrap:anywhere]">
        {task.source} →{' '}
        <TextLink to="/destinations/$name" params={{ name: task.destination }}>
          {task.destination}
        </TextLink>
      </span>
    </span>
  )
}

function TaskTabs({ task, onBackfill }: { task: TaskView; onBackfill(days: Days): void }) {
  const w = useTaskPageWords()
  const { tab = 'coverage', execution, cursor, until, kind } = useSearch({ from: '/signed-in/tasks/$id' })
  const navigate = useNavigate({ from: '/tasks/$id' })
  const go = (change: { [Key in keyof TaskSearch]: TaskSearch[Key] | undefined }, replace = true) =>
    void navigate({ search: (before) => taskSearch({ ...before, ...change }), replace })
  const page = { cursor, goTo: (next: string | undefined) => go({ cursor: next }, false) }
  const open = (id: number | undefined) => go({ execution: id })
  const executions = useQuery(
    query.execution.list.queryOptions({
      input: { task: String(task.id), limit: 100 },
      enabled: execution !== undefined,
    }),
  )
  return (
    <>
      <Tabs<TaskTab>
        label={task.name}
        value={tab}
        onChange={(tab) => go({ tab, cursor: undefined, until: undefined, kind: undefined })}
        tabs={[
          {
            key: 'coverage',
            title: w.tabs.coverage,
            content: () => (
              <CoverageTab
                task={{
                  id: task.id,
                  every: task.schedule?.every ?? 'once',
                  timeZone: timeZoneOf(task),
                  bornOn: task.schedule?.startOn ?? task.createdAt.slice(0, 10),
                }}
                until={until}
                onUntil={(day) => go({ until: day }, false)}
                onOpen={open}
                onBackfill={onBackfill}
              />
            ),
          },
          {
            key: 'executions',
            title: w.tabs.executions,
            content: () => <ExecutionsTab taskId={task.id} page={page} openId={execution} onOpen={open} />,
          },
          { key: 'files', title: w.tabs.files, content: () => <FilesTab task={task} page={page} /> },
          {
            key: 'activity',
            title: w.tabs.activity,
            content: () => (
              <Suspense>
                <TaskActivity
                  task={task}
                  kind={kind}
                  onKind={(next) => go({ kind: next, cursor: undefined })}
                  page={page}
                  onOpen={open}
                />
              </Suspense>
            ),
          },
          {
            key: 'settings',
            title: w.tabs.settings,
            content: () => (
              <Suspense>
                <SettingsTab task={task} />
              </Suspense>
            ),
          },
        ]}
      />
      <ExecutionDrawer
        id={execution}
        onClose={() => open(undefined)}
        onGo={open}
        siblings={executions.data?.items.map(({ id }) => id) ?? []}
      />
    </>
  )
}

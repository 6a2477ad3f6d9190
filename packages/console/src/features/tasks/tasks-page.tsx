import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { query } from '../../api/hub.ts'
import { useMay } from '../../app/me.ts'
import { taskListSearch, type TaskListSearch } from '../../app/search.ts'
import { FreshRows } from '../../components/fresh-rows.tsx'
import { useHeldRows, type Answered } from '../../components/held-rows.ts'
import { Page, Card } from '../../components/page.tsx'
import { Pager } from '../../components/pager.tsx'
import { Answer, Empty } from '../../components/states.tsx'
import { Button, ButtonLink } from '../../components/ui/button.tsx'
import { FilterSelect } from '../../components/ui/filter-select.tsx'
import { SearchBox } from '../../components/ui/search-box.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { isFiltered, rememberFilters } from './remembered-filters.ts'
import { TaskTable } from './task-table.tsx'
import { useTasks, type TaskRow } from './use-tasks.ts'

const BulkBar = lazy(() => import('./bulk/bulk-bar.tsx'))

export function TasksPage() {
  const m = useMessages()
  const may = useMay()
  const search = useSearch({ from: '/signed-in/tasks' })
  const navigate = useNavigate({ from: '/tasks' })
  const tasks = useTasks(search)
  const goTo = (cursor: string) => void navigate({ search: (before) => taskListSearch({ ...before, cursor }) })
  const filterBy = (filters: TaskListSearch) => {
    // Before the route looks: without any in the address it brings back those of last time
    rememberFilters(filters)
    void navigate({ search: filters, replace: true })
  }
  const filter = (change: Partial<TaskListSearch>) =>
    filterBy(taskListSearch({ ...search, ...change, cursor: undefined }))
  return (
    <Page
      title={m.task.title}
      lead={tasks.data && m.task.lead(tasks.data.total)}
      actions={
        may('task.create') && (
          <ButtonLink to="/tasks/new" look="primary">
            <Plus aria-hidden size={16} />
            {m.task.new}
          </ButtonLink>
        )
      }
    >
      <Answer of={tasks}>
        {({ items, total, next, previous }) =>
          total === 0 && !isFiltered(search) ? (
            <Card>
              <Empty
                title={m.task.none}
                action={
                  may('task.create') && (
                    <ButtonLink to="/tasks/new" look="primary">
                      {m.task.new}
                    </ButtonLink>
                  )
                }
              >
                {m.task.noneHint}
              </Empty>
            </Card>
          ) : (
            <>
              <Filters search={search} onChange={filter} />
              <p role="status" className="sr-only">
                {m.task.found(total)}
              </p>
              <Listed
                answer={tasks}
                items={items}
                search={search}
                onClear={() => filterBy({})}
                pager={
                  <Pager page={{ previous, next }} goTo={goTo} words={[m.common.previousPage, m.common.nextPage]} />
                }
              />
            </>
          )
        }
      </Answer>
    </Page>
  )
}

interface ListedProps {
  answer: Answered
  items: readonly TaskRow[]
  search: TaskListSearch
  onClear(): void
  pager: ReactNode
}

function Listed({ answer, items, search, onClear, pager }: ListedProps) {
  const m = useMessages()
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const { shown, fresh, gone, showFresh } = useHeldRows(answer, JSON.stringify(search), items, ({ id }) => id)
  const selected = shown.filter(({ id }) => chosen.has(id))
  return (
    <Card flush>
      <FreshRows count={fresh.length + gone.size} words={m.common.changes} onShow={showFresh} />
      {selected.length > 0 && (
        <Suspense>
          <BulkBar tasks={selected} onDone={() => setChosen(new Set())} />
        </Suspense>
      )}
      {shown.length === 0 ? (
        <Empty
          isFiltered
          title={m.task.noMatch(search.q ?? '')}
          action={<Button onPress={onClear}>{m.common.clearFilters}</Button>}
        />
      ) : (
        <TaskTable rows={shown} gone={gone} chosen={chosen} onChoose={setChosen} />
      )}
      {pager}
    </Card>
  )
}

function Filters({ search, onChange }: { search: TaskListSearch; onChange(change: Partial<TaskListSearch>): void }) {
  const m = useMessages()
  const sources = useQuery(query.source.list.queryOptions())
  const destinations = useQuery(query.destination.list.queryOptions())
  const named = (items: readonly { name: string }[] | undefined) =>
    (items ?? []).map(({ name }) => ({ key: name, title: name }))
  const words = <Key extends string>(titles: Record<Key, string>) =>
    Object.entries<string>(titles).map(([key, title]) => ({ key: key as Key, title }))
  return (
    <div className="mb-3 flex flex-wrap gap-2">
      <SearchBox label={m.task.searchLabel} value={search.q ?? ''} onChange={(q) => onChange({ q })} />
      <FilterSelect
        label={m.task.filterStatus}
        anything={m.common.all}
        options={words(m.status.task)}
        value={search.status}
        onChange={(status) => onChange({ status })}
      />
      <FilterSelect
        label={m.task.filterMode}
        anything={m.common.all}
        options={words({ recurring: m.task.recurring, 'one-time': m.task.oneTime })}
        value={search.mode}
        onChange={(mode) => onChange({ mode })}
      />
      <FilterSelect
        label={m.task.filterSource}
        anything={m.common.all}
        options={named(sources.data)}
        value={search.source}
        onChange={(source) => onChange({ source })}
      />
      <FilterSelect
        label={m.task.filterDestination}
        anything={m.common.all}
        options={named(destinations.data)}
        value={search.destination}
        onChange={(destination) => onChange({ destination })}
      />
    </div>
  )
}

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import {
  Activity,
  Boxes,
  Braces,
  CircleHelp,
  Database,
  History,
  House,
  Keyboard,
  ListChecks,
  Plus,
  Settings,
  type LucideIcon,
} from 'lucide-react'
import { useState } from 'react'
import { query } from '../../api/hub.ts'
import { useAfterPause } from '../../components/after-pause.ts'
import { DataRange } from '../../components/time/time.tsx'
import { CommandList, type Command } from '../../components/ui/command-list.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useMay } from '../me.ts'

interface PaletteProps {
  onClose(): void
  openSheet(): void
}

/** Tasks by name or ID, executions by ID, Request ID or file name, and every page: found by typing. */
export default function Palette({ onClose, openSheet }: PaletteProps) {
  const m = useMessages()
  const [text, setText] = useState('')
  const wanted = useAfterPause(text.trim())
  const tasks = useQuery(
    query.task.list.queryOptions({
      input: { ...(wanted ? { text: wanted } : {}), limit: 7 },
      placeholderData: keepPreviousData,
    }),
  )
  const executions = useQuery(
    query.execution.list.queryOptions({
      input: { text: wanted, limit: 5 },
      enabled: wanted.length > 0,
    }),
  )
  const navigate = useNavigate()
  // Of what was found for less the rest goes at once
  const fits = (words: string) => words.toLowerCase().includes(text.trim().toLowerCase())
  const pages = usePages(openSheet).filter(({ title }) => fits(title))
  const isComing = wanted !== text.trim() || tasks.isFetching || executions.isFetching
  return (
    <CommandList
      label={m.palette.label}
      text={text}
      onType={setText}
      onClose={onClose}
      nothing={isComing ? m.common.loading : m.palette.nothing(text)}
      sections={[
        {
          title: m.nav.tasks,
          commands: (tasks.data?.items ?? [])
            .filter(({ id, name }) => fits(`${name} ${id}`))
            .map(({ id, name, source }) => ({
              title: name,
              detail: `#${id} · ${source}`,
              icon: <ListChecks aria-hidden size={16} />,
              do: () => void navigate({ to: '/tasks/$id', params: { id: String(id) } }),
            })),
        },
        {
          title: m.execution.title,
          commands: (executions.data?.items ?? []).map(({ id, taskId, task, dataRange }) => ({
            title: `${m.execution.one(id)} · ${task}`,
            detail: <DataRange range={dataRange} />,
            icon: <History aria-hidden size={16} />,
            do: () =>
              void navigate({
                to: '/tasks/$id',
                params: { id: String(taskId) },
                search: { tab: 'executions', execution: id },
              }),
          })),
        },
        { title: m.nav.label, commands: pages },
      ]}
    />
  )
}

function usePages(openSheet: () => void): Command[] {
  const m = useMessages()
  const may = useMay()
  const navigate = useNavigate()
  const page = (
    to:
      | '/'
      | '/tasks'
      | '/tasks/new'
      | '/destinations'
      | '/sources'
      | '/activity'
      | '/settings'
      | '/help/api'
      | '/help/errors',
    title: string,
    Icon: LucideIcon,
  ): Command => ({
    title,
    icon: <Icon aria-hidden size={16} />,
    do: () => void navigate({ to }),
  })
  return [
    page('/', m.nav.home, House),
    page('/tasks', m.nav.tasks, ListChecks),
    ...(may('task.create') ? [page('/tasks/new', m.task.new, Plus)] : []),
    page('/destinations', m.nav.destinations, Boxes),
    page('/sources', m.nav.sources, Database),
    page('/activity', m.nav.activity, Activity),
    page('/settings', m.nav.settings, Settings),
    page('/help/api', m.nav.api, Braces),
    page('/help/errors', m.nav.errors, CircleHelp),
    { title: m.nav.shortcuts, icon: <Keyboard aria-hidden size={16} />, do: openSheet },
  ]
}

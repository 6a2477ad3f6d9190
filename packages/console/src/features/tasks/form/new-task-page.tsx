import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { query } from '../../../api/hub.ts'
import { useMay } from '../../../app/me.ts'
import { Page } from '../../../components/page.tsx'
import { Answer, NoRight } from '../../../components/states.tsx'
import { myTimeZone } from '../../../components/time/format-time.ts'
import { useMessages } from '../../../i18n/messages.tsx'
import { useTaskFormWords } from '../../../i18n/task-form.ts'
import { readDraft } from './draft.ts'
import { NewTaskForm } from './new-task-form.tsx'
import { emptyTask, toTaskValues, type TaskValues } from './task-values.ts'

export function NewTaskPage() {
  const m = useMessages()
  const w = useTaskFormWords()
  const may = useMay()
  return (
    <Page title={m.task.new} lead={w.lead}>
      {may('task.create') ? <NewTask /> : <NoRight least="operator" />}
    </Page>
  )
}

function NewTask() {
  const { from, source } = useSearch({ from: '/signed-in/tasks/new' })
  const sources = useQuery(query.source.list.queryOptions())
  const destinations = useQuery(query.destination.list.queryOptions())
  const kinds = useQuery(query.destination.kinds.queryOptions({ staleTime: Infinity }))
  const original = useQuery(query.task.get.queryOptions({ input: { task: from ?? '' }, enabled: from !== undefined }))
  return (
    <Answer of={sources}>
      {(sources) => (
        <Answer of={destinations}>
          {(destinations) => {
            if (from !== undefined && !original.data) return <Answer of={original}>{() => null}</Answer>
            const zone = myTimeZone()
            const initial: TaskValues = original.data
              ? { ...toTaskValues(original.data, zone), name: '' }
              : (readDraft() ?? {
                  ...emptyTask(zone),
                  source: source ?? (sources.length === 1 ? (sources[0]?.name ?? '') : ''),
                  where: destinations.length > 0 ? 'saved' : 'new',
                })
            return (
              <Answer of={kinds}>
                {(kinds) => (
                  <NewTaskForm initial={initial} sources={sources} destinations={destinations} kinds={kinds} />
                )}
              </Answer>
            )
          }}
        </Answer>
      )}
    </Answer>
  )
}

import type { Problem } from '@datahub/core/api/error-shapes'
import type { TaskView } from '@datahub/core/api/task-shapes'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { useMay } from '../../app/me.ts'
import { ErrorSummary, fieldErrors } from '../../components/form-errors.tsx'
import { Answer } from '../../components/states.tsx'
import { myTimeZone } from '../../components/time/format-time.ts'
import { UnsavedGuard } from '../../components/unsaved-guard.tsx'
import { Button } from '../../components/ui/button.tsx'
import { TextField } from '../../components/ui/field.tsx'
import { notify } from '../../components/ui/notices.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useTaskFormWords } from '../../i18n/task-form.ts'
import { useConnectionTest } from '../destinations/test/use-connection-test.ts'
import { DataSection } from './form/data-section.tsx'
import { replaceTask } from './form/save-task.ts'
import { Section } from '../../components/numbered-section.tsx'
import { Summary } from './form/summary.tsx'
import { toTaskValues, type TaskValues } from './form/task-values.ts'
import { WhenSection } from './form/when-section.tsx'
import { WhereSection } from './form/where-section.tsx'

/** The definition of a task, to be changed. Whether it is one-time stays. */
export default function SettingsTab({ task }: { task: TaskView }) {
  const sources = useQuery(query.source.list.queryOptions())
  const destinations = useQuery(query.destination.list.queryOptions())
  const m = useMessages()
  const w = useTaskFormWords()
  const may = useMay()
  const client = useQueryClient()
  const connection = useConnectionTest()
  const [initial, setInitial] = useState(() => toTaskValues(task, myTimeZone()))
  const [values, setValues] = useState(initial)
  const [problem, setProblem] = useState<Problem>()
  const [isPending, setPending] = useState(false)
  const isDirty = JSON.stringify(values) !== JSON.stringify(initial)
  const section = {
    values,
    onChange: (change: Partial<TaskValues>) => setValues((before) => ({ ...before, ...change })),
    errors: fieldErrors(problem),
  }
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setPending(true)
    setProblem(undefined)
    try {
      await replaceTask(task.id, values)
      setInitial(values)
      notify(w.taskSaved(values.name))
      await client.invalidateQueries({ queryKey: query.task.key() })
    } catch (failure) {
      setProblem(asProblem(failure))
    } finally {
      setPending(false)
    }
  }
  return (
    <Answer of={sources}>
      {(sources) => (
        <Answer of={destinations}>
          {(destinations) => (
            <form
              noValidate
              onSubmit={(event) => void save(event)}
              className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_24rem]"
            >
              <div className="flex min-w-0 flex-col gap-5">
                {problem && <ErrorSummary problem={problem} />}
                <DataSection {...section} sources={sources} />
                <WhenSection
                  {...section}
                  isModeFixed
                  maxRangeDays={sources.find(({ name }) => name === values.source)?.maxRangeDays}
                />
                <WhereSection {...section} isSavedOnly destinations={destinations} connection={connection} />
                <Section number={4} title={w.naming}>
                  <TextField
                    name="name"
                    className="max-w-md"
                    label={w.nameLabel}
                    value={values.name}
                    onChange={(name) => section.onChange({ name })}
                    error={section.errors['name']}
                  />
                </Section>
                <UnsavedGuard isDirty={() => isDirty && !isPending} hint={w.unsaved} />
                {may('task.replace') && (
                  <div className="flex gap-2">
                    <Button type="submit" look="primary" isPending={isPending} isDisabled={!isDirty}>
                      {m.common.save}
                    </Button>
                    <Button isDisabled={!isDirty} onPress={() => setValues(initial)}>
                      {m.common.cancel}
                    </Button>
                  </div>
                )}
              </div>
              <aside className="min-w-0 xl:sticky xl:top-18">
                <Summary values={values} taskId={task.id} />
              </aside>
            </form>
          )}
        </Answer>
      )}
    </Answer>
  )
}

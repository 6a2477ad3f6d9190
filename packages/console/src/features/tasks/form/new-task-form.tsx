import type { DestinationView } from '@datahub/core/api/destination-shapes'
import type { Problem } from '@datahub/core/api/error-shapes'
import type { SourceView } from '@datahub/core/api/source-shapes'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { query } from '../../../api/hub.ts'
import { asProblem } from '../../../api/problem.ts'
import { ErrorSummary, fieldErrors } from '../../../components/form-errors.tsx'
import { UnsavedGuard } from '../../../components/unsaved-guard.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { TextField } from '../../../components/ui/field.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { notify } from '../../../components/ui/notices.tsx'
import { useMessages } from '../../../i18n/messages.tsx'
import { useTaskFormWords } from '../../../i18n/task-form.ts'
import type { Kinds } from '../../destinations/destination-values.ts'
import { isSuccessful, useConnectionTest } from '../../destinations/test/use-connection-test.ts'
import { BucketPolicy } from './new-bucket.tsx'
import { DataSection } from './data-section.tsx'
import { dropDraft, keepDraft } from './draft.ts'
import { createTask } from './save-task.ts'
import { Section } from '../../../components/numbered-section.tsx'
import { Summary } from './summary.tsx'
import type { TaskValues } from './task-values.ts'
import { WhenSection } from './when-section.tsx'
import { testedValues, WhereSection } from './where-section.tsx'

interface NewTaskFormProps {
  initial: TaskValues
  sources: readonly SourceView[]
  destinations: readonly DestinationView[]
  kinds: Kinds
}

export function NewTaskForm({ initial, sources, destinations, kinds }: NewTaskFormProps) {
  const m = useMessages()
  const w = useTaskFormWords()
  const navigate = useNavigate()
  const client = useQueryClient()
  const connection = useConnectionTest()
  const [values, setValues] = useState(initial)
  const [problem, setProblem] = useState<Problem>()
  const [isPending, setPending] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const isCreated = useRef(false)
  useEffect(() => keepDraft(values), [values])

  const shown = problem ?? connection.test.problem
  const errors = fieldErrors(shown)
  const onChange = (change: Partial<TaskValues>) => setValues((before) => ({ ...before, ...change }))
  const isTested = isSuccessful(connection.test) && connection.test.tested === testedValues(values)
  const maxRangeDays = sources.find(({ name }) => name === values.source)?.maxRangeDays

  const create = async (paused: boolean) => {
    setAsking(false)
    setPending(true)
    setProblem(undefined)
    try {
      const id = await createTask(values, kinds, paused)
      dropDraft()
      isCreated.current = true
      notify(w.created(values.name))
      await Promise.all([
        client.invalidateQueries({ queryKey: query.task.key() }),
        client.invalidateQueries({ queryKey: query.destination.key() }),
      ])
      await navigate({ to: '/tasks/$id', params: { id: String(id) } })
    } catch (failure) {
      setProblem(asProblem(failure))
    } finally {
      setPending(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // A new bucket that nobody has written to yet is better tried out first
    if (values.where === 'new' && !isTested) setAsking(true)
    else void create(false)
  }
  const section = { values, onChange, errors }
  return (
    <form noValidate onSubmit={submit} className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="flex min-w-0 flex-col gap-5">
        {shown && <ErrorSummary problem={shown} />}
        <DataSection {...section} sources={sources} />
        <WhenSection {...section} maxRangeDays={maxRangeDays} />
        <WhereSection {...section} destinations={destinations} kinds={kinds} connection={connection} />
        <Section number={4} title={w.naming}>
          <TextField
            name="name"
            className="max-w-md"
            label={w.nameLabel}
            placeholder={w.namePlaceholder}
            value={values.name}
            onChange={(name) => onChange({ name })}
            error={errors['name']}
          />
        </Section>
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" isPending={isPending}>
            {w.create}
          </Button>
          <Button isDisabled={isPending} onPress={() => void create(true)}>
            {w.createPaused}
          </Button>
          {values.where === 'new' && !isTested && (
            <span className="flex items-center gap-1.5 text-sm text-warn">
              <TriangleAlert aria-hidden size={15} />
              {m.destination.notTested}
            </span>
          )}
        </div>
      </div>
      <aside className="flex min-w-0 flex-col gap-5 xl:sticky xl:top-18">
        <Summary values={values} />
        {values.where === 'new' && <BucketPolicy values={values.newDestination} />}
      </aside>
      <UnsavedGuard
        isDirty={() => !isCreated.current && JSON.stringify(values) !== JSON.stringify(initial)}
        hint={w.unsavedDraft}
      />
      <Dialog
        role="alertdialog"
        title={w.untestedTitle}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        footer={
          <>
            <Button onPress={() => setAsking(false)}>{m.common.cancel}</Button>
            <Button onPress={() => void create(true)}>{w.createPaused}</Button>
            <Button look="primary" onPress={() => void create(false)}>
              {w.untestedGo}
            </Button>
          </>
        }
      >
        {w.untested}
      </Dialog>
    </form>
  )
}

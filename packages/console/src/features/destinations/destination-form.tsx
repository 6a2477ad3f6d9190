import type { DestinationView } from '@datahub/core/api/destination-shapes'
import type { Problem } from '@datahub/core/api/error-shapes'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { useMay } from '../../app/me.ts'
import { ErrorSummary, fieldErrors } from '../../components/form-errors.tsx'
import { Card } from '../../components/page.tsx'
import { Button } from '../../components/ui/button.tsx'
import { TextField } from '../../components/ui/field.tsx'
import { notify } from '../../components/ui/notices.tsx'
import { RadioCards } from '../../components/ui/radio-cards.tsx'
import { useDestinationWords } from '../../i18n/destination-form.ts'
import { useMessages } from '../../i18n/messages.tsx'
import { DestinationFields } from './destination-fields.tsx'
import { kindNamed, toDefinition, type DestinationValues, type Kinds } from './destination-values.ts'
import { IamPolicy } from './iam-policy.tsx'
import { KeysCard } from './keys/keys-card.tsx'
import { RemoveDestination } from './remove-destination.tsx'
import { ConnectionTest } from './test/connection-test.tsx'
import { LastTest } from './test/last-test.tsx'
import { useConnectionTest } from './test/use-connection-test.ts'
import { UsersCard } from './users-card.tsx'

interface DestinationFormProps {
  kinds: Kinds
  initial: DestinationValues
  saved?: DestinationView
}

/** Everything about a destination on one page. Keys of a saved one are not entered here but rotated. */
export function DestinationForm({ kinds, initial, saved }: DestinationFormProps) {
  const m = useMessages()
  const w = useDestinationWords()
  const may = useMay()
  const navigate = useNavigate()
  const client = useQueryClient()
  const { test, start } = useConnectionTest()
  const [values, setValues] = useState(initial)
  const [problem, setProblem] = useState<Problem>()
  const [isPending, setPending] = useState(false)
  const kind = kindNamed(kinds, values.kind)
  const change = (part: Partial<DestinationValues>) => setValues((before) => ({ ...before, ...part }))
  const enter = (typed: DestinationValues['fields']) =>
    setValues((before) => ({ ...before, fields: { ...before.fields, ...typed } }))
  const definition = toDefinition(values, kind)
  const fingerprint = JSON.stringify(definition)
  const isDirty = JSON.stringify(values) !== JSON.stringify(initial)
  const shownProblem = problem ?? test.problem
  const errors = fieldErrors(shownProblem)

  const save = async (event: FormEvent) => {
    event.preventDefault()
    setPending(true)
    try {
      await (saved ? hub.destination.replace(definition) : hub.destination.create(definition))
      await client.invalidateQueries({ queryKey: query.destination.key() })
      notify(saved ? m.destination.saved(values.name) : m.destination.created(values.name))
      await navigate({ to: '/destinations' })
    } catch (failure) {
      setProblem(asProblem(failure))
    } finally {
      setPending(false)
    }
  }
  const runTest = () => {
    setProblem(undefined)
    return start(fingerprint, (signal) =>
      hub.destination.testUnsaved({ ...definition, name: definition.name || 'new' }, { signal }),
    )
  }
  return (
    <form
      noValidate
      onSubmit={(event) => void save(event)}
      className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_24rem]"
    >
      <div className="flex min-w-0 flex-col gap-5">
        {shownProblem && <ErrorSummary problem={shownProblem} />}
        <Card
          {...(saved
            ? { title: m.destination.kinds[kind.kind] ?? kind.title, actions: <LastTest test={saved.lastTest} /> }
            : {})}
        >
          <div className="flex flex-col gap-5">
            {!saved && (
              <>
                <RadioCards
                  columns
                  label={m.destination.kind}
                  value={values.kind}
                  onChange={(key) => setValues(({ name }) => ({ name, kind: key, fields: {} }))}
                  options={kinds.map(({ kind: key, title }) => ({
                    key,
                    title: m.destination.kinds[key] ?? title,
                    detail: w.kindHints[key],
                  }))}
                />
                <TextField
                  name="name"
                  label={m.destination.name}
                  value={values.name}
                  onChange={(name) => change({ name })}
                  {...(errors['name'] ? { error: errors['name'] } : {})}
                />
              </>
            )}
            <DestinationFields
              key={kind.kind}
              kind={kind}
              values={values.fields}
              onChange={enter}
              errors={errors}
              without={saved ? kind.credentials : []}
            />
          </div>
        </Card>
        {may(saved ? 'destination.replace' : 'destination.create') && (
          <div className="flex flex-wrap items-center gap-2">
            <Button type="submit" look="primary" isPending={isPending} isDisabled={saved !== undefined && !isDirty}>
              {saved ? m.common.save : m.destination.create}
            </Button>
            <Button isPending={test.state === 'running'} onPress={() => void runTest()}>
              {test.state === 'none' ? m.destination.test : m.destination.testAgain}
            </Button>
            {saved && <RemoveDestination view={saved} />}
          </div>
        )}
        <ConnectionTest
          test={test}
          isProblemShown
          isUnsaved={saved === undefined || isDirty}
          isChangedSince={test.state === 'over' && test.tested !== fingerprint}
          onUse={(field, value) => enter({ [field]: value })}
        />
      </div>
      <aside className="flex min-w-0 flex-col gap-5">
        {saved && <UsersCard view={saved} />}
        {saved && kind.credentials.length > 0 && <KeysCard view={saved} kind={kind} />}
        {values.kind === 's3' && <IamPolicy values={values} />}
      </aside>
    </form>
  )
}

import type { DestinationView } from '@datahub/core/api/destination-shapes'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { useMay } from '../../app/me.ts'
import { ErrorSummary, fieldErrors } from '../../components/form-errors.tsx'
import { Card, Page } from '../../components/page.tsx'
import { Answer } from '../../components/states.tsx'
import { Button } from '../../components/ui/button.tsx'
import { RadioCards } from '../../components/ui/radio-cards.tsx'
import { TextField } from '../../components/ui/field.tsx'
import { notify } from '../../components/ui/notices.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { emptyDestination, toDefinition, toValues, type DestinationValues } from './bucket-values.ts'
import { DestinationFields } from './destination-fields.tsx'
import { IamPolicy } from './iam-policy.tsx'
import { RemoveDestination } from './remove-destination.tsx'
import { ConnectionTest } from './test/connection-test.tsx'
import { LastTest } from './test/last-test.tsx'
import { useConnectionTest } from './test/use-connection-test.ts'

export function NewDestinationPage() {
  const m = useMessages()
  const { kind = 's3' } = useSearch({ from: '/signed-in/destinations/new' })
  return (
    <Page title={m.destination.new} lead={m.destination.lead}>
      <DestinationForm initial={{ ...emptyDestination, kind }} kept={{}} />
    </Page>
  )
}

export function DestinationPage() {
  const { name } = useParams({ from: '/signed-in/destinations/$name' })
  const destination = useQuery(query.destination.get.queryOptions({ input: { name } }))
  return (
    <Page title={name}>
      <Answer of={destination}>{(view) => <SavedDestination key={view.updatedAt} view={view} />}</Answer>
    </Page>
  )
}

function SavedDestination({ view }: { view: DestinationView }) {
  const { values, kept } = toValues(view)
  return <DestinationForm initial={values} kept={kept} saved={view} />
}

interface DestinationFormProps {
  initial: DestinationValues
  kept: Record<string, unknown>
  saved?: DestinationView
}

function DestinationForm({ initial, kept, saved }: DestinationFormProps) {
  const m = useMessages()
  const may = useMay()
  const navigate = useNavigate()
  const client = useQueryClient()
  const { test, start } = useConnectionTest()
  const [values, setValues] = useState(initial)
  const [problem, setProblem] = useState<ReturnType<typeof asProblem>>()
  const [isPending, setPending] = useState(false)
  const change = (change: Partial<DestinationValues>) => setValues((before) => ({ ...before, ...change }))
  const definition = toDefinition(values, kept)
  const fingerprint = JSON.stringify(definition)
  const isDirty = JSON.stringify(values) !== JSON.stringify(initial)
  const shownProblem = problem ?? test.problem

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
    <form onSubmit={(event) => void save(event)} className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="flex min-w-0 flex-col gap-5">
        {shownProblem && <ErrorSummary problem={shownProblem} />}
        <Card {...(saved ? { title: m.destination.one, actions: <LastTest test={saved.lastTest} /> } : {})}>
          <div className="flex flex-col gap-5">
            {!saved && (
              <>
                <RadioCards
                  columns
                  label={m.destination.kind}
                  value={values.kind}
                  onChange={(kind) => change({ kind })}
                  options={[
                    { key: 's3', title: m.destination.kinds['s3'] },
                    { key: 'filesystem', title: m.destination.kinds['filesystem'] },
                  ]}
                />
                <TextField
                  name="name"
                  label={m.destination.name}
                  value={values.name}
                  onChange={(name) => change({ name })}
                  error={fieldErrors(shownProblem)['name']}
                />
              </>
            )}
            <DestinationFields
              values={values}
              onChange={change}
              errors={fieldErrors(shownProblem)}
              hasSecret={saved !== undefined}
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
          onUse={(field, value) => change({ [field]: value })}
        />
      </div>
      {values.kind === 's3' && <IamPolicy values={values} />}
    </form>
  )
}

import type { Problem } from '@datahub/core/api/error-shapes'
import type { SourceView } from '@datahub/core/api/source-shapes'
import type { SourceDefinition } from '@datahub/core/task/definition'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { useMay } from '../../app/me.ts'
import { ErrorSummary, fieldErrors } from '../../components/form-errors.tsx'
import { Card, Page } from '../../components/page.tsx'
import { Answer } from '../../components/states.tsx'
import { Button } from '../../components/ui/button.tsx'
import { TextField } from '../../components/ui/field.tsx'
import { Segments } from '../../components/ui/segments.tsx'
import { notify, notifyFailure } from '../../components/ui/notices.tsx'
import { Select } from '../../components/ui/select.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { ConnectionTest } from '../destinations/test/connection-test.tsx'
import { useConnectionTest } from '../destinations/test/use-connection-test.ts'
import { PreviewTable } from './preview-table.tsx'

export function NewSourcePage() {
  const m = useMessages()
  return (
    <Page narrow title={m.source.new} lead={m.source.lead}>
      <SourceForm initial={{ name: '', kind: 'sample', connection: '{}', reports: '[]', maxRangeDays: '366' }} />
    </Page>
  )
}

export function SourcePage() {
  const { name } = useParams({ from: '/signed-in/sources/$name' })
  const source = useQuery(query.source.get.queryOptions({ input: { name } }))
  return (
    <Page narrow title={name}>
      <Answer of={source}>
        {(view) => (
          <div className="flex flex-col gap-5">
            <SourceForm key={view.updatedAt} initial={toValues(view)} saved={view} />
            <PreviewCard name={name} />
          </div>
        )}
      </Answer>
    </Page>
  )
}

interface SourceValues {
  name: string
  kind: string
  connection: string
  reports: string
  maxRangeDays: string
}

function toValues({ name, kind, connection, reports, maxRangeDays }: SourceView): SourceValues {
  // A secret reads {"set": true}: left out, the saved one stays
  const open = Object.entries(connection).filter(([, value]) => !isSet(value))
  return {
    name,
    kind,
    connection: JSON.stringify(Object.fromEntries(open), null, 2),
    reports: JSON.stringify(reports, null, 2),
    maxRangeDays: String(maxRangeDays),
  }
}

function isSet(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'set' in value
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function SourceForm({ initial, saved }: { initial: SourceValues; saved?: SourceView }) {
  const m = useMessages()
  const may = useMay()
  const navigate = useNavigate()
  const client = useQueryClient()
  const { test, start } = useConnectionTest()
  const [values, setValues] = useState(initial)
  const [problem, setProblem] = useState<Problem>()
  const [isPending, setPending] = useState(false)
  const shown = problem ?? test.problem
  const errors = fieldErrors(shown)
  const field = (name: keyof SourceValues) => ({
    name,
    value: values[name],
    onChange: (value: string) => setValues((before) => ({ ...before, [name]: value })),
    error:
      errors[name] ??
      Object.entries(errors).find(([path]) => path.startsWith(`${name}.`) || path.startsWith(`${name}[`))?.[1],
  })
  const isReadable = isJson(values.connection) && isJson(values.reports)
  const definition = (): SourceDefinition => ({
    name: values.name,
    kind: values.kind,
    connection: JSON.parse(values.connection) as Record<string, unknown>,
    reports: JSON.parse(values.reports) as Record<string, unknown>[],
    maxRangeDays: Number(values.maxRangeDays),
    schemaChanges: saved?.schemaChanges ?? 'allow-additions',
  })
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setPending(true)
    setProblem(undefined)
    try {
      await (saved ? hub.source.replace(definition()) : hub.source.create(definition()))
      await client.invalidateQueries({ queryKey: query.source.key() })
      notify(saved ? m.source.saved(values.name) : m.source.created(values.name))
      await navigate({ to: '/sources/$name', params: { name: values.name } })
    } catch (failure) {
      setProblem(asProblem(failure))
    } finally {
      setPending(false)
    }
  }
  const runTest = () =>
    start(JSON.stringify(values), (signal) => hub.source.testUnsaved({ source: definition() }, { signal }))
  const remove = async () => {
    try {
      await hub.source.remove({ name: values.name })
      notify(m.source.removed(values.name))
      await client.invalidateQueries({ queryKey: query.source.key() })
      await navigate({ to: '/sources' })
    } catch (failure) {
      const found = asProblem(failure)
      notifyFailure(found.detail, found.cure)
    }
  }
  return (
    <form noValidate onSubmit={(event) => void save(event)} className="flex flex-col gap-5">
      {shown && <ErrorSummary problem={shown} />}
      <Card>
        <div className="flex flex-col gap-4">
          {!saved && (
            <div className="grid gap-4 sm:grid-cols-2">
              <TextField {...field('name')} label={m.source.name} help={m.source.nameHelp} mono />
              <Select
                label={m.source.kind}
                items={Object.entries(m.source.kinds).map(([key, title]) => ({ key, title }))}
                value={values.kind}
                onChange={(kind) => setValues((before) => ({ ...before, kind }))}
                error={errors['kind']}
              />
            </div>
          )}
          <TextField
            {...field('connection')}
            label={m.source.connection}
            help={m.source.connectionHelp}
            error={isJson(values.connection) ? field('connection').error : m.source.notJson}
            mono
            rows={6}
          />
          <TextField
            {...field('reports')}
            label={m.source.reports}
            help={m.source.reportsHelp}
            error={isJson(values.reports) ? field('reports').error : m.source.notJson}
            mono
            rows={5}
          />
          <TextField {...field('maxRangeDays')} className="max-w-56" label={m.source.longest} inputMode="numeric" />
        </div>
      </Card>
      {may('source.create') && (
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" isPending={isPending} isDisabled={!isReadable}>
            {saved ? m.common.save : m.source.create}
          </Button>
          <Button isPending={test.state === 'running'} isDisabled={!isReadable} onPress={() => void runTest()}>
            {m.source.test}
          </Button>
          {saved && (
            <Button look="danger" className="ml-auto" onPress={() => void remove()}>
              {m.common.remove}
            </Button>
          )}
        </div>
      )}
      <ConnectionTest test={test} isUnsaved />
    </form>
  )
}

function PreviewCard({ name }: { name: string }) {
  const m = useMessages()
  const may = useMay()
  const [chosen, setChosen] = useState<string>()
  const reports = useQuery(query.source.reports.queryOptions({ input: { name } }))
  const table = chosen ?? reports.data?.tables[0]
  const preview = useQuery(
    query.source.preview.queryOptions({
      input: { name, rows: 10, ...(table ? { table } : {}) },
      enabled: table !== undefined && may('source.preview'),
    }),
  )
  if (!may('source.preview')) return null
  return (
    <Card title={m.source.preview}>
      <Answer of={reports}>
        {({ tables }) => (
          <div className="flex flex-col gap-3">
            {table && tables.length > 1 && (
              <Segments
                label={m.source.reports}
                value={table}
                onChange={setChosen}
                options={tables.map((name) => ({ key: name, title: name }))}
                className="max-w-full self-start overflow-x-auto"
              />
            )}
            <Answer of={preview}>{(found) => <PreviewTable preview={found} />}</Answer>
          </div>
        )}
      </Answer>
    </Card>
  )
}

import type { Problem } from '@datahub/core/api/error-shapes'
import type { SourceKindView, SourceView } from '@datahub/core/api/source-shapes'
import type { SourceDefinition } from '@datahub/core/task/definition'
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
import { Select } from '../../components/ui/select.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useSourceWords } from '../../i18n/source-form.ts'
import { LastTest } from '../destinations/test/last-test.tsx'
import { ConnectionTest } from '../destinations/test/connection-test.tsx'
import { useConnectionTest } from '../destinations/test/use-connection-test.ts'
import { ConnectionFields } from './connection-fields.tsx'
import { RemoveSource } from './remove-source.tsx'
import { ReportsCard } from './reports-card.tsx'
import { builtInReports, declaredFields } from './source-kinds.ts'
import { emptySource, isSet, toDefinition, toValues, type SourceValues } from './source-values.ts'
import { textOf } from './report-draft.ts'
import { TryOut } from './try-out.tsx'
import { YamlField } from './yaml-field.tsx'

interface SourceFormProps {
  kinds: readonly SourceKindView[]
  saved?: SourceView
}

/** Everything about a source on one page; all that can be tried is tried with the values as they stand here. */
export function SourceForm({ kinds, saved }: SourceFormProps) {
  const m = useMessages()
  const w = useSourceWords()
  const may = useMay()
  const navigate = useNavigate()
  const client = useQueryClient()
  const { test, start } = useConnectionTest()
  const [values, setValues] = useState<SourceValues>(() => {
    const kind = kindNamed(kinds, saved?.kind ?? 'postgres')
    return saved ? toValues(saved, kind) : emptySource(kind)
  })
  const [problem, setProblem] = useState<Problem>()
  const [isPending, setPending] = useState(false)
  const kind = kindNamed(kinds, values.kind)
  const change = (part: Partial<SourceValues>) => setValues((before) => ({ ...before, ...part }))
  const definition = (): SourceDefinition => toDefinition(values, kind)
  const shown = withoutRoot(problem ?? test.problem)
  const errors = fieldErrors(shown)
  const fingerprint = JSON.stringify(values)
  const hasDeclared = declaredFields(kind).length > 0
  const tables = tablesOf(values, kind)
  const savedSecrets = new Set(
    Object.entries(saved?.connection ?? {}).flatMap(([name, value]) => (isSet(value) ? [name] : [])),
  )

  const save = async (event: FormEvent) => {
    event.preventDefault()
    setPending(true)
    setProblem(undefined)
    try {
      const given = { ...definition(), name: values.name.trim() }
      await (saved ? hub.source.replace(given) : hub.source.create(given))
      await client.invalidateQueries({ queryKey: query.source.key() })
      notify(saved ? m.source.saved(given.name) : m.source.created(given.name))
      await navigate({ to: '/sources/$name', params: { name: given.name } })
    } catch (failure) {
      setProblem(asProblem(failure))
    } finally {
      setPending(false)
    }
  }
  const runTest = () => {
    setProblem(undefined)
    return start(fingerprint, (signal) => hub.source.testUnsaved({ source: definition() }, { signal }))
  }
  return (
    <form noValidate onSubmit={(event) => void save(event)} className="flex flex-col gap-5">
      {shown && <ErrorSummary problem={shown} />}
      <Card title={w.connection} actions={saved && <LastTest test={saved.lastTest} />}>
        <div className="flex flex-col gap-5">
          {!saved && (
            <>
              <RadioCards
                columns
                label={m.source.kind}
                value={values.kind}
                onChange={(key) => {
                  const next = kinds.find((one) => one.kind === key)
                  if (next) setValues(({ name }) => ({ ...emptySource(next), name }))
                }}
                options={kinds.map(({ kind: key, title }) => ({
                  key,
                  title: m.source.kinds[key] ?? title,
                  detail: w.kindHints[key],
                }))}
              />
              <TextField
                name="name"
                label={m.source.name}
                help={m.source.nameHelp}
                value={values.name}
                onChange={(name) => change({ name })}
                {...(errors['name'] ? { error: errors['name'] } : {})}
                placeholder="market_insight"
                mono
              />
            </>
          )}
          <ConnectionFields
            key={kind.kind}
            kind={kind}
            values={values.fields}
            onChange={(name, value) =>
              setValues((before) => ({ ...before, fields: { ...before.fields, [name]: value } }))
            }
            errors={errors}
            savedSecrets={savedSecrets}
          />
          {hasDeclared && (
            <YamlField
              name="connection"
              label={w.declared}
              help={w.declaredHelp(declaredFields(kind).map(({ name }) => name))}
              value={values.declared}
              onChange={(declared) => change({ declared })}
              problem={shown}
            />
          )}
          {may('source.testUnsaved') && (
            <div>
              <Button isPending={test.state === 'running'} onPress={() => void runTest()}>
                {test.state === 'none' ? m.destination.test : m.destination.testAgain}
              </Button>
            </div>
          )}
          <ConnectionTest
            test={test}
            isUnsaved
            isChangedSince={test.state === 'over' && test.tested !== fingerprint}
            onUse={(name, value) => change({ fields: { ...values.fields, [name]: value } })}
          />
        </div>
      </Card>
      <ReportsCard
        kind={kind}
        values={values}
        onChange={change}
        definition={definition}
        problem={shown}
        errors={errors}
        isSaved={saved !== undefined}
      />
      {may('source.previewUnsaved') && (
        <Card title={w.tryOut.title}>
          <p className="mb-3 text-sm text-soft">{w.tryOut.lead}</p>
          <TryOut definition={definition} tables={tables} />
        </Card>
      )}
      <Card title={w.rules}>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            name="maxRangeDays"
            label={m.source.longest}
            help={m.source.longestHelp}
            value={values.maxRangeDays}
            onChange={(maxRangeDays) => change({ maxRangeDays })}
            {...(errors['maxRangeDays'] ? { error: errors['maxRangeDays'] } : {})}
            inputMode="numeric"
          />
          <Select
            label={w.policy}
            help={w.policyHints[values.schemaChanges]}
            items={(['allow-additions', 'refuse', 'new-version'] as const).map((key) => ({
              key,
              title: w.policies[key],
            }))}
            value={values.schemaChanges}
            onChange={(key) => change({ schemaChanges: key as SourceValues['schemaChanges'] })}
          />
        </div>
      </Card>
      {may(saved ? 'source.replace' : 'source.create') && (
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" isPending={isPending}>
            {saved ? m.common.save : m.source.create}
          </Button>
          {saved && <RemoveSource view={saved} />}
        </div>
      )}
    </form>
  )
}

/** One that this hub does not know has no fields. */
function kindNamed(kinds: readonly SourceKindView[], name: string): SourceKindView {
  const known = kinds.find(({ kind }) => kind === name)
  return known ?? { kind: name, title: name, connection: {}, report: {}, discovers: false }
}

/** Of the reports as they stand in the form; none where they are written. */
function tablesOf(values: SourceValues, kind: SourceKindView): string[] {
  const tables = values.reports.map((report) => textOf(report, 'table')).filter(Boolean)
  return tables.length > 0 ? tables : (builtInReports(kind) ?? [])
}

/** What is tried before it is saved has its fields below `source`. */
function withoutRoot(problem: Problem | undefined): Problem | undefined {
  return (
    problem && {
      ...problem,
      errors: problem.errors.map((error) => ({ ...error, field: error.field.replace(/^source\./, '') })),
    }
  )
}

import type { Problem } from '@datahub/core/api/error-shapes'
import type { SourceKindView } from '@datahub/core/api/source-shapes'
import type { Column } from '@datahub/core/bucket/column'
import type { SourceDefinition } from '@datahub/core/task/definition'
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { query } from '../../api/hub.ts'
import { useMay } from '../../app/me.ts'
import { Card } from '../../components/page.tsx'
import { Checkbox } from '../../components/ui/checkbox.tsx'
import { CheckboxGroup } from '../../components/ui/checkbox-group.tsx'
import { Button } from '../../components/ui/button.tsx'
import { useSourceWords } from '../../i18n/source-form.ts'
import { useState } from 'react'
import { FindTables } from './find-tables.tsx'
import { textOf } from './report-draft.ts'
import { ReportEditor } from './report-editor.tsx'
import { builtInReports, takesQueries } from './source-kinds.ts'
import type { Report, SourceValues } from './source-values.ts'
import { YamlField } from './yaml-field.tsx'

interface ReportsCardProps {
  kind: SourceKindView
  values: SourceValues
  onChange(change: Partial<SourceValues>): void
  definition(): SourceDefinition
  problem: Problem | undefined
  errors: Readonly<Record<string, string>>
  /** It is there already: what it has can be looked at without being asked for. */
  isSaved: boolean
}

/** Which reports the source delivers: found and picked, chosen of those that are built in, or written. */
export function ReportsCard(props: ReportsCardProps) {
  const { kind, values, onChange, problem } = props
  const w = useSourceWords()
  const builtIn = builtInReports(kind)
  if (builtIn) {
    const chosen = values.reports.map((report) => textOf(report, 'table'))
    return (
      <Card title={w.reports}>
        <CheckboxGroup
          label={w.builtIn}
          help={w.builtInHelp}
          value={chosen}
          onChange={(tables) => onChange({ reports: tables.map((table) => ({ table })) })}
        >
          {builtIn.map((table) => (
            <Checkbox key={table} value={table}>
              <code className="font-mono text-sm">{table}</code>
            </Checkbox>
          ))}
        </CheckboxGroup>
      </Card>
    )
  }
  if (values.writtenReports !== null) {
    return (
      <Card title={w.reports}>
        <YamlField
          name="reports"
          label={w.reportsYaml}
          help={w.reportsYamlHelp}
          value={values.writtenReports}
          onChange={(writtenReports) => onChange({ writtenReports })}
          problem={problem}
        />
      </Card>
    )
  }
  return <PickedReports {...props} />
}

function PickedReports({ kind, values, onChange, definition, errors, isSaved }: ReportsCardProps) {
  const w = useSourceWords()
  const may = useMay()
  const [columns, setColumns] = useState<Readonly<Record<string, readonly Column[]>>>({})
  // What is saved already knows its connection: the columns of its reports can be shown at once
  const known = useQuery(
    query.source.discover.queryOptions({
      input: { name: values.name, limit: 1000 },
      enabled: isSaved && values.reports.length > 0 && may('source.discover'),
      retry: false,
      staleTime: 60_000,
    }),
  )
  const columnsOf = (report: Report) => {
    const place = placeOf(report)
    return columns[place] ?? known.data?.reports.find((found) => isSamePlace(placeOf(found.report), place))?.columns
  }
  const change = (reports: readonly Report[]) => onChange({ reports })
  return (
    <Card
      title={w.reports}
      actions={
        <Button size="small" onPress={() => onChange({ writtenReports: { text: null, value: values.reports } })}>
          {w.asYaml}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FindTables
          definition={definition}
          isTaken={(found) => values.reports.some((report) => isSamePlace(placeOf(report), placeOf(found.report)))}
          onAdd={(found) => {
            setColumns((before) => ({ ...before, [placeOf(found.report)]: found.columns }))
            change([...values.reports, found.report])
          }}
        />
        {errors['reports'] && (
          <p role="alert" className="text-sm text-bad">
            {errors['reports']}
          </p>
        )}
        {takesQueries(kind) && (
          <div>
            <Button size="small" onPress={() => change([...values.reports, { table: '', query: '' }])}>
              <Plus aria-hidden size={14} />
              {w.addQuery}
            </Button>
          </div>
        )}
        {values.reports.length === 0 && <p className="text-sm text-soft">{w.noReports}</p>}
        {values.reports.map((report, index) => (
          <ReportEditor
            key={index}
            report={report}
            index={index}
            columns={columnsOf(report)}
            onChange={(next) => change(values.reports.with(index, next))}
            onRemove={() => change(values.reports.toSpliced(index, 1))}
            errors={errorsOf(errors, index)}
          />
        ))}
      </div>
    </Card>
  )
}

/** Where its rows come from: a table, a pattern of files, a query. */
function placeOf(report: Report): string {
  return textOf(report, 'from') || textOf(report, 'files') || textOf(report, 'query')
}

/** `sales` and `public.sales` are one table, as far as a page can tell. */
function isSamePlace(one: string, other: string): boolean {
  return one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`)
}

/** `reports[0].table` → `table`; what is said of the report as a whole is under `''`. */
function errorsOf(errors: Readonly<Record<string, string>>, index: number): Record<string, string> {
  const root = `reports[${index}]`
  const own = Object.entries(errors).filter(([field]) => field.startsWith(root))
  const shown = new Set(['table', 'dateColumn', 'query'])
  return own.reduce<Record<string, string>>((all, [field, text]) => {
    const name = field.slice(root.length + 1)
    return shown.has(name) ? { ...all, [name]: text } : { ...all, '': [all[''], text].filter(Boolean).join(' ') }
  }, {})
}

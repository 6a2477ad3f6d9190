import type { SourceView } from '@datahub/core/api/source-shapes'
import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { query } from '../../../api/hub.ts'
import { Answer } from '../../../components/states.tsx'
import { Checkbox } from '../../../components/ui/checkbox.tsx'
import { CheckboxGroup } from '../../../components/ui/checkbox-group.tsx'
import { RadioCards } from '../../../components/ui/radio-cards.tsx'
import { Disclosure } from '../../../components/ui/disclosure.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { useMessages } from '../../../i18n/messages.tsx'
import { useTaskFormWords } from '../../../i18n/task-form.ts'
import { PreviewTable } from '../../sources/preview-table.tsx'
import { Section, type SectionProps } from '../../../components/numbered-section.tsx'
import type { TaskValues } from './task-values.ts'

interface DataSectionProps extends SectionProps<TaskValues> {
  sources: readonly SourceView[]
}

export function DataSection({ values, onChange, errors, sources }: DataSectionProps) {
  const m = useMessages()
  const w = useTaskFormWords()
  const source = sources.find(({ name }) => name === values.source)
  const reports = useQuery(
    query.source.reports.queryOptions({ input: { name: values.source }, enabled: source !== undefined }),
  )
  const known = reports.data?.tables ?? []
  return (
    <Section number={1} title={w.data}>
      <Select
        name="source"
        label={w.source}
        items={sources.map(({ name, kind }) => ({ key: name, title: name, detail: m.source.kinds[kind] ?? kind }))}
        value={values.source || null}
        onChange={(source) => onChange({ source, hasAllReports: true, reports: [] })}
        placeholder={w.chooseSource}
        error={errors['source']}
        help={sources.length === 0 ? w.noSource : undefined}
      />
      {source && (
        <>
          <RadioCards
            columns
            label={w.reports}
            value={values.hasAllReports ? 'all' : 'some'}
            onChange={(which) => onChange({ hasAllReports: which === 'all' })}
            options={[
              { key: 'all', title: w.allReports, detail: known.join(', ') },
              { key: 'some', title: w.someReports },
            ]}
            error={values.hasAllReports ? errors['reports'] : undefined}
          />
          {!values.hasAllReports && (
            <CheckboxGroup
              name="reports"
              label={w.reports}
              value={values.reports}
              onChange={(reports) => onChange({ reports })}
              error={errors['reports']}
            >
              {known.map((report) => (
                <Checkbox key={report} value={report}>
                  {report}
                </Checkbox>
              ))}
            </CheckboxGroup>
          )}
          <Disclosure title={w.preview} icon={<ChevronRight aria-hidden size={16} />}>
            <Preview source={source.name} table={values.hasAllReports ? known[0] : values.reports[0]} />
          </Disclosure>
        </>
      )}
    </Section>
  )
}

function Preview({ source, table }: { source: string; table: string | undefined }) {
  const preview = useQuery(
    query.source.preview.queryOptions({ input: { name: source, rows: 5, ...(table ? { table } : {}) } }),
  )
  return <Answer of={preview}>{(found) => <PreviewTable preview={found} />}</Answer>
}

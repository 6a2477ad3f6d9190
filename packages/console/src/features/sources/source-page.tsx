import type { SourceKindView } from '@datahub/core/api/source-shapes'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { query } from '../../api/hub.ts'
import { useMay } from '../../app/me.ts'
import { Page } from '../../components/page.tsx'
import { Answer, NoRight } from '../../components/states.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { SchemaDrift } from './schema-drift.tsx'
import { SourceForm } from './source-form.tsx'

export function NewSourcePage() {
  const m = useMessages()
  const may = useMay()
  const kinds = useQuery(query.source.kinds.queryOptions())
  return (
    <Page narrow title={m.source.new} lead={m.source.lead}>
      {may('source.create') ? (
        <Answer of={kinds}>{(known) => <SourceForm kinds={known} />}</Answer>
      ) : (
        <NoRight least="operator" />
      )}
    </Page>
  )
}

export function SourcePage() {
  const { name } = useParams({ from: '/signed-in/sources/$name' })
  const kinds = useQuery(query.source.kinds.queryOptions())
  return (
    <Page narrow title={name}>
      <Answer of={kinds}>{(known) => <SavedSource name={name} kinds={known} />}</Answer>
    </Page>
  )
}

function SavedSource({ name, kinds }: { name: string; kinds: readonly SourceKindView[] }) {
  const source = useQuery(query.source.get.queryOptions({ input: { name } }))
  return (
    <Answer of={source}>
      {(view) => (
        <div className="flex flex-col gap-5">
          <SchemaDrift name={name} />
          <SourceForm key={view.updatedAt} kinds={kinds} saved={view} />
        </div>
      )}
    </Answer>
  )
}

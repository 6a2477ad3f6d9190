import type { DestinationView } from '@datahub/core/api/destination-shapes'
import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { query } from '../../api/hub.ts'
import { useMay } from '../../app/me.ts'
import { Page } from '../../components/page.tsx'
import { Answer, NoRight } from '../../components/states.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { DestinationForm } from './destination-form.tsx'
import { emptyDestination, kindNamed, toValues, type Kinds } from './destination-values.ts'

const kindsOptions = query.destination.kinds.queryOptions({ staleTime: Infinity })

export function NewDestinationPage() {
  const m = useMessages()
  const may = useMay()
  const { kind = 's3' } = useSearch({ from: '/signed-in/destinations/new' })
  const kinds = useQuery(kindsOptions)
  return (
    <Page title={m.destination.new} lead={m.destination.lead}>
      {may('destination.create') ? (
        <Answer of={kinds}>
          {(kinds) => <DestinationForm kinds={kinds} initial={{ ...emptyDestination, kind }} />}
        </Answer>
      ) : (
        <NoRight least="operator" />
      )}
    </Page>
  )
}

export function DestinationPage() {
  const { name } = useParams({ from: '/signed-in/destinations/$name' })
  const destination = useQuery(query.destination.get.queryOptions({ input: { name } }))
  const kinds = useQuery(kindsOptions)
  return (
    <Page title={name}>
      <Answer of={destination}>
        {(view) => <Answer of={kinds}>{(kinds) => <Saved key={view.updatedAt} view={view} kinds={kinds} />}</Answer>}
      </Answer>
    </Page>
  )
}

function Saved({ view, kinds }: { view: DestinationView; kinds: Kinds }) {
  return <DestinationForm kinds={kinds} initial={toValues(view, kindNamed(kinds, view.kind))} saved={view} />
}

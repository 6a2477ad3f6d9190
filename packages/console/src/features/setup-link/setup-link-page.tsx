import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { hubWith } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { Answer } from '../../components/states.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useSetupLinkWords } from '../../i18n/setup-link.ts'
import { emptyDestination, type DestinationValues } from '../destinations/destination-values.ts'
import { Entrance } from '../sign-in/entrance.tsx'
import { ConsumerGuide } from './consumer-guide.tsx'
import { HandedOver } from './handed-over.tsx'
import { LinkOver } from './link-over.tsx'
import { SetupSteps } from './setup-steps.tsx'

/** Where the customer's engineer enters bucket and keys: without an account, once, and nobody else sees the keys. */
export function SetupLinkPage() {
  const m = useMessages()
  const w = useSetupLinkWords()
  const { code } = useParams({ from: '/s/$code' })
  const [values, setValues] = useState<DestinationValues>()
  const [isOver, setOver] = useState(false)
  const link = useQuery({
    queryKey: ['setup-link', code],
    queryFn: () => hubWith(code).setupLink.show(),
    enabled: !isOver,
    retry: false,
    staleTime: Infinity,
  })
  const preset = { ...emptyDestination, fields: { ...link.data?.preset } }
  if (isOver) return <HandedOver values={values ?? preset} />
  const problem = link.isError ? asProblem(link.error) : undefined
  if (problem?.code === 'auth.code_refused') return <LinkOver problem={problem} />
  return (
    <Entrance isWide title={w.title} lead={link.data ? w.lead(link.data.destination) : m.common.loading}>
      <Answer of={link}>
        {(found) => (
          <div className="flex flex-col gap-8">
            <SetupSteps
              code={code}
              link={found}
              values={values ?? preset}
              onChange={setValues}
              onOver={() => setOver(true)}
            />
            <ConsumerGuide values={values ?? preset} />
          </div>
        )}
      </Answer>
    </Entrance>
  )
}

import type { Problem } from '@datahub/core/api/error-shapes'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { CircleCheck } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { hubWith, type Answers } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { ErrorSummary, fieldErrors } from '../../components/form-errors.tsx'
import { Card } from '../../components/page.tsx'
import { Answer } from '../../components/states.tsx'
import { Instant } from '../../components/time/time.tsx'
import { Button } from '../../components/ui/button.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { emptyDestination, type DestinationValues } from '../destinations/bucket-values.ts'
import { DestinationFields } from '../destinations/destination-fields.tsx'
import { IamPolicy } from '../destinations/iam-policy.tsx'
import { ConnectionTest } from '../destinations/test/connection-test.tsx'
import { useConnectionTest } from '../destinations/test/use-connection-test.ts'
import { Entrance } from '../sign-in/entrance.tsx'

/** Where the customer's engineer enters bucket and keys: without an account, once, and nobody else sees the keys. */
export function SetupLinkPage() {
  const m = useMessages()
  const { code } = useParams({ from: '/s/$code' })
  const [isOver, setOver] = useState(false)
  const link = useQuery({
    queryKey: ['setup-link', code],
    queryFn: () => hubWith(code).setupLink.show(),
    enabled: !isOver,
    retry: false,
    staleTime: Infinity,
  })
  if (isOver) {
    return (
      <Entrance title={m.setupLink.done} lead={m.setupLink.doneLead}>
        <p className="flex items-center gap-2 text-good">
          <CircleCheck aria-hidden size={19} />
          {m.setupLink.doneHint}
        </p>
      </Entrance>
    )
  }
  return (
    <Entrance isWide title={m.setupLink.title} lead={m.setupLink.lead}>
      <Answer of={link}>{(found) => <BucketForm code={code} link={found} onOver={() => setOver(true)} />}</Answer>
    </Entrance>
  )
}

interface BucketFormProps {
  code: string
  link: Answers['setupLink']['show']
  onOver(): void
}

function BucketForm({ code, link, onOver }: BucketFormProps) {
  const m = useMessages()
  const { test, start } = useConnectionTest()
  const [values, setValues] = useState<DestinationValues>({ ...emptyDestination, ...link.preset })
  const [problem, setProblem] = useState<Problem>()
  const [isPending, setPending] = useState(false)
  const entered = () => ({
    bucket: values.bucket.trim(),
    region: values.region.trim(),
    prefix: values.prefix,
    accessKeyId: values.accessKeyId.trim(),
    secretAccessKey: values.secretAccessKey.trim(),
  })
  const shown = problem ?? test.problem
  const fingerprint = JSON.stringify(entered())
  const runTest = () => {
    setProblem(undefined)
    return start(fingerprint, (signal) => hubWith(code).setupLink.test(entered(), { signal }))
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setPending(true)
    setProblem(undefined)
    try {
      await hubWith(code).setupLink.submit(entered())
      onOver()
    } catch (failure) {
      setProblem(asProblem(failure))
    } finally {
      setPending(false)
    }
  }
  return (
    <form
      noValidate
      onSubmit={(event) => void submit(event)}
      className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]"
    >
      <div className="flex min-w-0 flex-col gap-5">
        {shown && <ErrorSummary problem={shown} />}
        <Card title={m.setupLink.forDestination(link.destination)}>
          <DestinationFields
            isBrief
            values={values}
            onChange={(change) => setValues((before) => ({ ...before, ...change }))}
            errors={fieldErrors(shown)}
          />
        </Card>
        <div className="flex flex-wrap items-center gap-2">
          <Button type="submit" look="primary" isPending={isPending}>
            {m.setupLink.submit}
          </Button>
          <Button isPending={test.state === 'running'} onPress={() => void runTest()}>
            {test.state === 'none' ? m.destination.test : m.destination.testAgain}
          </Button>
          <span className="text-sm text-soft">
            {m.setupLink.until} <Instant at={link.expiresAt} />
          </span>
        </div>
        <ConnectionTest
          test={test}
          isProblemShown
          isUnsaved
          isChangedSince={test.state === 'over' && test.tested !== fingerprint}
          onUse={(field, value) => setValues((before) => ({ ...before, [field]: value }))}
        />
      </div>
      <IamPolicy values={values} />
    </form>
  )
}

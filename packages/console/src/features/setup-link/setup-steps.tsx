import type { Problem } from '@datahub/core/api/error-shapes'
import { REGIONS } from '@datahub/core/destination/regions'
import { ChevronRight } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { hubWith, type Answers } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { CodeBlock } from '../../components/code.tsx'
import { DescribedField } from '../../components/described/described-field.tsx'
import type { Field } from '../../components/described/described-fields.ts'
import { ErrorSummary, fieldErrors } from '../../components/form-errors.tsx'
import { Section } from '../../components/numbered-section.tsx'
import { Instant } from '../../components/time/time.tsx'
import { Button } from '../../components/ui/button.tsx'
import { Dialog } from '../../components/ui/dialog.tsx'
import { Disclosure } from '../../components/ui/disclosure.tsx'
import { useDestinationWords } from '../../i18n/destination-form.ts'
import { useMessages } from '../../i18n/messages.tsx'
import { useSetupLinkWords } from '../../i18n/setup-link.ts'
import { textIn, type DestinationValues } from '../destinations/destination-values.ts'
import { PolicyForms } from '../destinations/iam-policy.tsx'
import { ConnectionTest } from '../destinations/test/connection-test.tsx'
import { isSuccessful, useConnectionTest } from '../destinations/test/use-connection-test.ts'
import { consoleAddress, makeBucket, makeKey } from './aws-commands.ts'
import { StepBar } from './step-bar.tsx'

interface SetupStepsProps {
  code: string
  link: Answers['setupLink']['show']
  values: DestinationValues
  onChange(values: DestinationValues): void
  onOver(): void
}

const text = (name: string): Field => ({ name, type: 'string', isRequired: true })
const FIELDS = {
  bucket: text('bucket'),
  region: text('region'),
  accessKeyId: text('accessKeyId'),
  secretAccessKey: { ...text('secretAccessKey'), writeOnly: true },
} as const

/** Bucket, policy, key, test: in the order in which somebody does it who begins with nothing. */
export function SetupSteps({ code, link, values, onChange, onOver }: SetupStepsProps) {
  const m = useMessages()
  const w = useSetupLinkWords()
  const d = useDestinationWords()
  const { test, start } = useConnectionTest()
  const [problem, setProblem] = useState<Problem>()
  const [isPending, setPending] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const store = link.preset.endpoint
  const [bucket, region] = [textIn(values, 'bucket'), textIn(values, 'region')]
  const entered = () => ({
    bucket,
    region,
    prefix: textIn(values, 'prefix'),
    accessKeyId: textIn(values, 'accessKeyId'),
    secretAccessKey: textIn(values, 'secretAccessKey'),
  })
  const fingerprint = JSON.stringify(entered())
  const shown = problem ?? test.problem
  const errors = fieldErrors(shown)
  const isTested = isSuccessful(test) && test.tested === fingerprint
  const enter = (name: string, value: string | boolean) =>
    onChange({ ...values, fields: { ...values.fields, [name]: value } })
  const field = (name: keyof typeof FIELDS, suggestions?: readonly string[]) => (
    <DescribedField
      field={FIELDS[name]}
      words={d}
      name={name}
      value={values.fields[name]}
      onChange={(value) => enter(name, value)}
      error={errors[name]}
      suggestions={suggestions}
    />
  )
  const runTest = () => {
    setProblem(undefined)
    return start(fingerprint, (signal) => hubWith(code).setupLink.test(entered(), { signal }))
  }
  const handOver = async () => {
    setAsking(false)
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
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isTested) void handOver()
    else setAsking(true)
  }
  const icon = <ChevronRight aria-hidden size={16} />
  return (
    <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-5">
      <StepBar
        done={{
          bucket: bucket !== '' && region !== '',
          key: textIn(values, 'accessKeyId') !== '' && textIn(values, 'secretAccessKey') !== '',
          test: isTested,
        }}
      />
      <p className="text-sm text-soft">
        {w.until} <Instant at={link.expiresAt} />
      </p>
      {shown && <ErrorSummary problem={shown} />}
      <Section id="step-bucket" number={1} title={w.bucket.title}>
        <p className="text-soft">
          {w.bucket.hint} {link.preset.region && w.bucket.fixedRegion(link.preset.region)}
        </p>
        {store && <p className="[overflow-wrap:anywhere]">{w.bucket.store(store)}</p>}
        <div className="grid gap-4 sm:grid-cols-2">
          {field('bucket')}
          {field('region', REGIONS)}
        </div>
        <Disclosure title={w.bucket.create} icon={icon}>
          <CodeBlock text={makeBucket(bucket, region)} what={w.bucket.create} />
        </Disclosure>
        {store === undefined && (
          <a
            href={consoleAddress(region)}
            target="_blank"
            rel="noreferrer"
            className="self-start text-accent underline decoration-accent/40 underline-offset-3 hover:decoration-accent"
          >
            {w.bucket.console}
          </a>
        )}
      </Section>
      <Section id="step-policy" number={2} title={w.policy.title}>
        <PolicyForms values={values} />
      </Section>
      <Section id="step-key" number={3} title={w.key.title}>
        <p className="text-soft">{w.key.hint}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          {field('accessKeyId')}
          {field('secretAccessKey')}
        </div>
        <Disclosure title={w.key.create} icon={icon}>
          <CodeBlock text={makeKey()} what={w.key.create} />
        </Disclosure>
      </Section>
      <Section id="step-test" number={4} title={w.test.title}>
        <p className="text-soft">{w.test.hint}</p>
        <ConnectionTest
          test={test}
          isProblemShown
          isUnsaved
          isChangedSince={test.state === 'over' && test.tested !== fingerprint}
          onUse={enter}
        />
        <div className="flex flex-wrap items-center gap-2">
          <Button
            look={isTested ? undefined : 'primary'}
            isPending={test.state === 'running'}
            onPress={() => void runTest()}
          >
            {test.state === 'none' ? m.destination.test : m.destination.testAgain}
          </Button>
          <Button type="submit" look={isTested ? 'primary' : undefined} isPending={isPending}>
            {w.submit}
          </Button>
          {isTested && <span className="text-good">{w.test.ready}</span>}
        </div>
      </Section>
      <Dialog
        role="alertdialog"
        title={w.untestedTitle}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        footer={
          <>
            <Button onPress={() => setAsking(false)}>{m.common.cancel}</Button>
            <Button look="danger" onPress={() => void handOver()}>
              {w.anyway}
            </Button>
          </>
        }
      >
        {w.untested}
      </Dialog>
    </form>
  )
}

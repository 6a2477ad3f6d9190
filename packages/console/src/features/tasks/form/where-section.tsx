import type { DestinationView } from '@datahub/core/api/destination-shapes'
import { hub } from '../../../api/hub.ts'
import { Button } from '../../../components/ui/button.tsx'
import { RadioCards } from '../../../components/ui/radio-cards.tsx'
import { TextField } from '../../../components/ui/field.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { useMessages } from '../../../i18n/messages.tsx'
import { toDefinition, type DestinationValues } from '../../destinations/bucket-values.ts'
import { DestinationFields } from '../../destinations/destination-fields.tsx'
import { ConnectionTest } from '../../destinations/test/connection-test.tsx'
import type { useConnectionTest } from '../../destinations/test/use-connection-test.ts'
import { Section, type SectionProps } from './section.tsx'
import type { TaskValues } from './task-values.ts'

interface WhereSectionProps extends SectionProps<TaskValues> {
  destinations: readonly DestinationView[]
  connection: ReturnType<typeof useConnectionTest>
  /** A task that exists goes to a destination that exists. */
  isSavedOnly?: boolean
}

/** What a test of the present choice would test. */
export function testedValues(values: TaskValues): string {
  return JSON.stringify(values.where === 'saved' ? values.destination : toDefinition(values.newDestination))
}

export function WhereSection({ values, onChange, errors, destinations, connection, isSavedOnly }: WhereSectionProps) {
  const m = useMessages()
  const isNew = values.where === 'new'
  const { test, start } = connection
  const change = (change: Partial<DestinationValues>) => {
    const { bucket, name } = values.newDestination
    // Named like its bucket until somebody names it otherwise
    const follows = change.bucket !== undefined && (name === '' || name === bucket) ? { name: change.bucket } : {}
    onChange({ newDestination: { ...values.newDestination, ...change, ...follows } })
  }
  const runTest = () =>
    start(testedValues(values), (signal) =>
      isNew
        ? hub.destination.testUnsaved(
            toDefinition({ ...values.newDestination, name: values.newDestination.name || 'new' }),
            { signal },
          )
        : hub.destination.test({ name: values.destination }, { signal }),
    )
  return (
    <Section number={3} title={m.task.form.where}>
      {!isSavedOnly && (
        <RadioCards
          columns
          label={m.task.form.destination}
          value={values.where}
          onChange={(where) => onChange({ where })}
          options={[
            { key: 'new', title: m.task.form.newDestination, detail: m.task.form.newDestinationHint },
            { key: 'saved', title: m.task.form.saved, detail: m.task.form.savedHint },
          ]}
        />
      )}
      {isNew ? (
        <>
          <DestinationFields values={values.newDestination} onChange={change} errors={errors} />
          <TextField
            name="destination.name"
            className="max-w-sm"
            label={m.destination.name}
            value={values.newDestination.name}
            onChange={(name) => change({ name })}
            error={errors['destination.name']}
          />
        </>
      ) : (
        <Select
          className="max-w-sm"
          aria-label={m.task.form.destination}
          items={destinations.map(({ name, kind }) => ({
            key: name,
            title: name,
            detail: m.destination.kinds[kind] ?? kind,
          }))}
          value={values.destination || null}
          onChange={(destination) => onChange({ destination })}
          placeholder={m.task.form.chooseDestination}
          error={errors['destination']}
        />
      )}
      <div>
        <Button
          isPending={test.state === 'running'}
          isDisabled={isNew ? values.newDestination.bucket === '' : values.destination === ''}
          onPress={() => void runTest()}
        >
          {test.state === 'none' ? m.destination.test : m.destination.testAgain}
        </Button>
      </div>
      <ConnectionTest
        test={test}
        isUnsaved={isNew}
        isChangedSince={test.state === 'over' && test.tested !== testedValues(values)}
        onUse={(field, value) => change({ [field]: value })}
      />
    </Section>
  )
}

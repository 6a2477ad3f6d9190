import type { DestinationView } from '@datahub/core/api/destination-shapes'
import { hub } from '../../../api/hub.ts'
import { Button } from '../../../components/ui/button.tsx'
import { RadioCards } from '../../../components/ui/radio-cards.tsx'
import { TextField } from '../../../components/ui/field.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { useMessages } from '../../../i18n/messages.tsx'
import { useTaskFormWords } from '../../../i18n/task-form.ts'
import {
  kindNamed,
  textIn,
  toDefinition,
  type DestinationValues,
  type Kinds,
} from '../../destinations/destination-values.ts'
import type { Typed } from '../../../components/described/described-fields.ts'
import { ConnectionTest } from '../../destinations/test/connection-test.tsx'
import type { useConnectionTest } from '../../destinations/test/use-connection-test.ts'
import { NewBucket } from './new-bucket.tsx'
import { Section, type SectionProps } from '../../../components/numbered-section.tsx'
import type { TaskValues } from './task-values.ts'

interface WhereSectionProps extends SectionProps<TaskValues> {
  destinations: readonly DestinationView[]
  /** For a new one. */
  kinds?: Kinds
  connection: ReturnType<typeof useConnectionTest>
  /** A task that exists goes to a destination that exists. */
  isSavedOnly?: boolean
}

/** What a test of the present choice would test. */
export function testedValues({ where, destination, newDestination }: TaskValues): string {
  return JSON.stringify(where === 'saved' ? destination : newDestination)
}

export function WhereSection({
  values,
  onChange,
  errors,
  destinations,
  kinds = [],
  connection,
  isSavedOnly,
}: WhereSectionProps) {
  const m = useMessages()
  const w = useTaskFormWords()
  const isNew = values.where === 'new'
  const { newDestination } = values
  const kind = kindNamed(kinds, newDestination.kind)
  const { test, start } = connection
  const change = (part: Partial<DestinationValues>) => onChange({ newDestination: { ...newDestination, ...part } })
  const enter = (typed: Typed) => {
    const { name, fields } = newDestination
    // Named like its bucket until somebody names it otherwise
    const follows = typeof typed['bucket'] === 'string' && (name === '' || name === fields['bucket'])
    change({ fields: { ...fields, ...typed }, ...(follows ? { name: String(typed['bucket']) } : {}) })
  }
  const runTest = () =>
    start(testedValues(values), (signal) =>
      isNew
        ? hub.destination.testUnsaved(toDefinition({ ...newDestination, name: newDestination.name || 'new' }, kind), {
            signal,
          })
        : hub.destination.test({ name: values.destination }, { signal }),
    )
  return (
    <Section number={3} title={w.where}>
      {!isSavedOnly && (
        <RadioCards
          columns
          label={w.destination}
          value={values.where}
          onChange={(where) => onChange({ where })}
          options={[
            { key: 'new', title: w.newDestination, detail: w.newDestinationHint },
            { key: 'saved', title: w.saved, detail: w.savedHint },
          ]}
        />
      )}
      {isNew ? (
        <>
          <NewBucket kind={kind} values={newDestination.fields} onChange={enter} errors={errors} />
          <TextField
            name="destination.name"
            className="max-w-sm"
            label={m.destination.name}
            value={newDestination.name}
            onChange={(name) => change({ name })}
            error={errors['destination.name']}
          />
        </>
      ) : (
        <Select
          className="max-w-sm"
          label={m.destination.name}
          items={destinations.map(({ name, kind }) => ({
            key: name,
            title: name,
            detail: m.destination.kinds[kind] ?? kind,
          }))}
          value={values.destination || null}
          name="destination"
          onChange={(destination) => onChange({ destination })}
          placeholder={m.task.form.chooseDestination}
          error={errors['destination']}
        />
      )}
      <div>
        <Button
          isPending={test.state === 'running'}
          isDisabled={isNew ? textIn(newDestination, 'bucket') === '' : values.destination === ''}
          onPress={() => void runTest()}
        >
          {test.state === 'none' ? m.destination.test : m.destination.testAgain}
        </Button>
      </div>
      <ConnectionTest
        test={test}
        isUnsaved={isNew}
        isChangedSince={test.state === 'over' && test.tested !== testedValues(values)}
        onUse={(field, value) => enter({ [field]: value })}
      />
    </Section>
  )
}

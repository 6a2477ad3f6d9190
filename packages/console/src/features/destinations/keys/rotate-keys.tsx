import type { DestinationKindView, DestinationView } from '@datahub/core/api/destination-shapes'
import type { Problem } from '@datahub/core/api/error-shapes'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { hub, query } from '../../../api/hub.ts'
import { asProblem } from '../../../api/problem.ts'
import { DescribedField } from '../../../components/described/described-field.tsx'
import { typedValues, type Field, type Typed } from '../../../components/described/described-fields.ts'
import { fieldErrors } from '../../../components/form-errors.tsx'
import { ProblemBlock } from '../../../components/states.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { notify } from '../../../components/ui/notices.tsx'
import { useDestinationWords } from '../../../i18n/destination-form.ts'
import { useMessages } from '../../../i18n/messages.tsx'
import { toDefinition, toValues } from '../destination-values.ts'
import { ConnectionTest } from '../test/connection-test.tsx'
import { isSuccessful, useConnectionTest } from '../test/use-connection-test.ts'

interface RotateKeysProps {
  view: DestinationView
  kind: DestinationKindView
  /** The keys themselves. */
  fields: readonly Field[]
  onClose(): void
}

/** New keys are tested with everything else as it is saved; the hub swaps in those that passed, and no others. */
export default function RotateKeys({ view, kind, fields, onClose }: RotateKeysProps) {
  const m = useMessages()
  const w = useDestinationWords()
  const client = useQueryClient()
  const { test, start } = useConnectionTest()
  const [typed, setTyped] = useState<Typed>({})
  const [problem, setProblem] = useState<Problem>()
  const [isSwapping, setSwapping] = useState(false)
  const errors = fieldErrors(problem ?? test.problem)
  const isComplete = fields.every(({ name }) => Boolean(typed[name]))
  const credentials = typedValues(fields, typed)

  const go = async () => {
    setProblem(undefined)
    const definition = { ...toDefinition(toValues(view, kind), kind), ...credentials }
    if (!(await start(JSON.stringify(credentials), (signal) => hub.destination.testUnsaved(definition, { signal }))))
      return
    setSwapping(true)
    try {
      await hub.destination.rotate({ name: view.name, credentials: credentials as Record<string, string> })
      notify(`${w.rotated(view.name)}. ${w.revokeOld}`)
      await client.invalidateQueries({ queryKey: query.destination.key() })
      onClose()
    } catch (failure) {
      setProblem(asProblem(failure))
    } finally {
      setSwapping(false)
    }
  }
  const isOver = test.state === 'over' && !isSuccessful(test)
  return (
    <Dialog
      wide
      isOpen
      title={w.rotateTitle(view.name)}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{m.common.cancel}</Button>
          <Button
            look="primary"
            isDisabled={!isComplete}
            isPending={test.state === 'running' || isSwapping}
            onPress={() => void go()}
          >
            {w.rotateGo}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-soft">{w.rotateLead}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          {fields.map((field) => (
            <DescribedField
              key={field.name}
              field={{ ...field, isRequired: true }}
              words={w}
              name={`credentials.${field.name}`}
              value={typed[field.name]}
              onChange={(value) => setTyped((before) => ({ ...before, [field.name]: value }))}
              error={errors[field.name] ?? errors[`credentials.${field.name}`]}
            />
          ))}
        </div>
        <ConnectionTest
          test={test}
          isUnsaved
          isChangedSince={test.state === 'over' && test.tested !== JSON.stringify(credentials)}
        />
        {problem && <ProblemBlock problem={problem} />}
        {(isOver || problem) && (
          <p role="status" className="font-medium">
            {w.kept}
          </p>
        )}
      </div>
    </Dialog>
  )
}

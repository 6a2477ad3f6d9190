import type { Problem } from '@datahub/core/api/error-shapes'
import { useState, type FormEvent, type ReactNode } from 'react'
import { asProblem } from '../../api/problem.ts'
import { fieldErrors } from '../../components/form-errors.tsx'
import { ProblemBlock } from '../../components/states.tsx'
import { Button } from '../../components/ui/button.tsx'

interface EntranceFormProps {
  submit: string
  onSubmit(): Promise<void>
  children(errors: Readonly<Record<string, string>>): ReactNode
}

/** A short form with one button; what goes wrong stands at the field it concerns, or above. */
export function EntranceForm({ submit, onSubmit, children }: EntranceFormProps) {
  const [problem, setProblem] = useState<Problem>()
  const [isPending, setPending] = useState(false)
  const send = async (event: FormEvent) => {
    event.preventDefault()
    setPending(true)
    setProblem(undefined)
    try {
      await onSubmit()
    } catch (failure) {
      setProblem(asProblem(failure))
    } finally {
      setPending(false)
    }
  }
  return (
    <form noValidate onSubmit={(event) => void send(event)} className="flex flex-col gap-4">
      {problem && problem.errors.length === 0 && <ProblemBlock problem={problem} />}
      {children(fieldErrors(problem))}
      <Button type="submit" look="primary" isPending={isPending}>
        {submit}
      </Button>
    </form>
  )
}

import type { Problem } from '@datahub/core/api/error-shapes'
import { CircleAlert } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { sentences } from './sentences.ts'
import { ProblemBlock } from './states.tsx'
import { useMessages } from '../i18n/messages.tsx'

/** What is wrong, by field; `under` leaves out the path that leads to the fields, such as `schedule`. */
export function fieldErrors(problem: Problem | undefined): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const { field, problem: what, cure } of problem?.errors ?? []) errors[field] ??= sentences(what, cure)
  return errors
}

/** All mistakes at once, at the top, each leading to its field. Takes the focus, so that it is read out. */
export function ErrorSummary({ problem }: { problem: Problem }) {
  const m = useMessages()
  const block = useRef<HTMLDivElement>(null)
  useEffect(() => {
    block.current?.focus()
    block.current?.scrollIntoView({ block: 'nearest' })
  }, [problem])
  if (problem.errors.length === 0) {
    return (
      <div ref={block} tabIndex={-1}>
        <ProblemBlock problem={problem} />
      </div>
    )
  }
  return (
    <div ref={block} tabIndex={-1} role="alert" className="rounded-lg border border-bad/40 bg-bad-soft px-4 py-3">
      <p className="flex items-center gap-2 font-medium">
        <CircleAlert aria-hidden size={18} className="text-bad" />
        {m.task.form.errors(problem.errors.length)}
      </p>
      <ul className="mt-1.5 list-disc pl-10">
        {problem.errors.map(({ field, problem: what, cure }, index) => (
          <li key={index}>
            <a
              href={`#${field}`}
              className="inline-block py-1 underline-offset-2 hover:underline"
              onClick={(event) => goTo(event, field)}
            >
              {labelOf(field) ?? <code className="font-mono text-sm">{field}</code>}: {sentences(what, cure)}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

function goTo(event: { preventDefault(): void }, field: string): void {
  event.preventDefault()
  inputOf(field)?.focus()
}

function inputOf(field: string): HTMLInputElement | null {
  const last = field.split('.').at(-1) ?? field
  return document.querySelector(`[name="${CSS.escape(field)}"], [name="${CSS.escape(last)}"]`)
}

/** What the page calls a field; undefined when it does not show it, or by no label. */
function labelOf(field: string): string | undefined {
  const input = inputOf(field)
  // The label of a choice holds the hidden list of all that can be chosen, too
  return input?.tagName === 'SELECT' ? undefined : (input?.labels?.[0]?.firstChild?.textContent ?? undefined)
}

import type { Problem } from '@datahub/core/api/error-shapes'
import { CircleAlert } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { sentences } from './sentences.ts'
import { ProblemBlock } from './states.tsx'
import { useMessages } from '../i18n/messages.tsx'

/** What is wrong, by field; `under` leaves out the path that leads to the fields, such as `schedule`. */
export function fieldErrors(problem: Problem | undefined): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const { field, problem: what, cure } of problem?.errors ?? [])
    errors[field] ??= capitalised(sentences(what, cure))
  return errors
}

/** Under its field it stands alone; in the summary it follows the field's name. */
function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
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
              className="inline-block py-0.5 align-top underline-offset-2 hover:underline"
              onClick={(event) => goTo(event, field)}
            >
              {labelOf(field) ?? <code className="font-mono text-sm">{field}</code>}
              {m.common.colon}
              {sentences(what, cure)}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

function goTo(event: { preventDefault(): void }, field: string): void {
  event.preventDefault()
  fieldNamed(field)?.querySelector<HTMLElement>(CONTROL)?.focus()
}

/** What takes the focus, and not what a component hides beside it for the browser. */
const CONTROL = ':is(input, textarea, button, [role=spinbutton]):not([aria-hidden=true] *)'

/**
 * The field of the page in which one of the definition is entered: named like it, like its last part, or like the whole that it
 * is a part of (`oneTime.from` in `oneTime`). A field is what has a label directly in it.
 */
function fieldNamed(field: string): Element | null | undefined {
  const parts = field.split('.')
  const names = [field, parts.at(-1) ?? field].map((name) => `[name="${CSS.escape(name)}"]`)
  const found = document.querySelector([...names, `[data-field="${CSS.escape(parts[0] ?? field)}"]`].join())
  return found?.closest(':has(> [data-label])')
}

/** What the page calls a field; undefined when it does not show it. */
function labelOf(field: string): string | undefined {
  return fieldNamed(field)?.querySelector('[data-label]')?.firstChild?.textContent ?? undefined
}

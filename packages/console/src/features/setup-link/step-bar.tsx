import { CircleCheck } from 'lucide-react'
import { cx } from '../../components/ui/class-names.ts'
import { useSetupLinkWords } from '../../i18n/setup-link.ts'

type Step = keyof ReturnType<typeof useSetupLinkWords>['step']

/** Which steps there are, and which are done as far as this page can see. */
export function StepBar({ done }: { done: Partial<Record<Step, boolean>> }) {
  const w = useSetupLinkWords()
  return (
    <nav aria-label={w.steps}>
      <ol className="flex flex-wrap gap-x-2 gap-y-1">
        {(Object.keys(w.step) as Step[]).map((step, index) => (
          <li key={step}>
            <a
              href={`#step-${step}`}
              className="flex min-h-8 items-center gap-2 rounded-md border border-line bg-surface px-3 hover:bg-hover"
            >
              <span
                className={cx(
                  'num grid size-5 place-items-center rounded-full text-xs',
                  done[step] ? 'text-good' : 'bg-accent-soft text-accent',
                )}
              >
                {done[step] ? <CircleCheck aria-hidden size={17} /> : index + 1}
              </span>
              {w.step[step]}
              {done[step] && <span className="sr-only">: {w.done}</span>}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}

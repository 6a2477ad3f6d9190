import { CopyButton } from './copy.tsx'
import { cx } from './ui/class-names.ts'

interface CodeProps {
  text: string
  /** What it is, for the name of the copy button. */
  what: string
  className?: string
}

/** A text to copy: a policy, a command, a query. Reachable by keyboard because it may scroll. */
export function CodeBlock({ text, what, className }: CodeProps) {
  return (
    <div className={cx('group relative min-w-0 rounded-md border border-line bg-sunken', className)}>
      <div className="absolute top-1.5 right-1.5 rounded-md bg-surface">
        <CopyButton text={text} what={what} />
      </div>
      <pre
        tabIndex={0}
        role="region"
        aria-label={what}
        className="max-h-96 overflow-auto p-3 pr-11 font-mono text-xs leading-5 whitespace-pre"
      >
        {text}
      </pre>
    </div>
  )
}

/** A short value in a line, with its copy button. */
export function CodeValue({ text, what }: { text: string; what: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <code className="min-w-0 truncate font-mono text-sm" title={text}>
        {text}
      </code>
      <CopyButton text={text} what={what} />
    </span>
  )
}

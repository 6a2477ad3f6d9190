import { CodeBlock } from '../../components/code.tsx'
import { Dialog } from '../../components/ui/dialog.tsx'
import { useActivityWords } from '../../i18n/activity.ts'
import { changedFields } from './changed-fields.ts'

interface ChangeDetailsProps {
  before: unknown
  after: unknown
  onClose(): void
}

/** Which fields a change has changed, and the whole of both states. */
export function ChangeDetails({ before, after, onClose }: ChangeDetailsProps) {
  const a = useActivityWords()
  const fields = before === null || after === null ? [] : changedFields(before, after)
  return (
    <Dialog wide title={a.details} isOpen onClose={onClose}>
      <div className="flex flex-col gap-4">
        {fields.length > 0 && (
          <ul aria-label={a.changed} className="flex flex-col gap-1.5">
            {fields.map(({ path, before: was, after: is }) => (
              <li key={path} className="min-w-0 text-sm [overflow-wrap:anywhere]">
                <code className="font-mono font-medium">{path}</code> <del className="text-soft">{textOf(was)}</del>{' '}
                <span aria-hidden>→</span> <ins className="font-medium no-underline">{textOf(is)}</ins>
              </li>
            ))}
          </ul>
        )}
        <div className="grid gap-4 md:grid-cols-2">
          <CodeBlock text={JSON.stringify(before, null, 2)} what={a.before} />
          <CodeBlock text={JSON.stringify(after, null, 2)} what={a.after} />
        </div>
      </div>
    </Dialog>
  )
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

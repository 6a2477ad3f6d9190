import { ChevronDown } from 'lucide-react'
import { useMessages } from '../../i18n/messages.tsx'
import { cx } from './class-names.ts'

interface FilterSelectProps<Key extends string> {
  label: string
  /** What it reads when nothing is chosen; absent: something always is. */
  anything?: string
  options: readonly { key: Key; title: string }[]
  value: Key | undefined
  onChange(key: Key | undefined): void
}

/** One of few, or all of them. The browser's own, which every device opens in its own good way. */
export function FilterSelect<Key extends string>({
  label,
  anything,
  options,
  value,
  onChange,
}: FilterSelectProps<Key>) {
  const m = useMessages()
  return (
    <span className="relative inline-flex max-w-full">
      <select
        aria-label={label}
        value={value ?? ''}
        onChange={({ target }) => onChange(target.value === '' ? undefined : (target.value as Key))}
        className={cx(
          'h-9 max-w-60 appearance-none truncate rounded-md border bg-surface pr-8 pl-3 text-base',
          value === undefined || anything === undefined
            ? 'border-line text-soft'
            : 'border-accent bg-accent-soft font-medium text-ink',
        )}
      >
        {anything !== undefined && (
          <option value="">
            {label}
            {m.common.colon}
            {anything}
          </option>
        )}
        {options.map(({ key, title }) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden size={15} className="pointer-events-none absolute top-2.5 right-2.5 text-faint" />
    </span>
  )
}

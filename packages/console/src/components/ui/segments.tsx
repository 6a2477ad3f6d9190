import { useId, type ReactNode } from 'react'
import { cx } from './class-names.ts'

interface Option<Key extends string> {
  key: Key
  title: ReactNode
}

interface SegmentsProps<Key extends string> {
  label: string
  value: Key
  onChange(value: Key): void
  options: readonly Option<Key>[]
  className?: string
}

/** One of two or three, side by side: the browser's own radio buttons, each over its words. */
export function Segments<Key extends string>({ label, value, onChange, options, className }: SegmentsProps<Key>) {
  const name = useId()
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className={cx('inline-flex rounded-md border border-line bg-sunken p-0.5', className)}
    >
      {options.map(({ key, title }) => (
        <label
          key={key}
          className="relative flex h-6.5 min-w-7 flex-1 items-center justify-center rounded-sm px-2 text-sm whitespace-nowrap text-soft transition-colors hover:text-ink has-checked:bg-raised has-checked:font-medium has-checked:text-ink has-checked:shadow-card has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name={name}
            checked={key === value}
            onChange={() => onChange(key)}
            className="absolute inset-0 cursor-pointer appearance-none outline-none!"
          />
          {title}
        </label>
      ))}
    </div>
  )
}

import type { ReactNode } from 'react'
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'
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

/** One of two or three, side by side. */
export function Segments<Key extends string>({ label, value, onChange, options, className }: SegmentsProps<Key>) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => onChange([...keys][0] as Key)}
      className={cx('inline-flex rounded-md border border-line bg-sunken p-0.5', className)}
    >
      {options.map(({ key, title }) => (
        <ToggleButton
          key={key}
          id={key}
          className="flex h-6.5 min-w-7 flex-1 items-center justify-center rounded-sm px-2 text-sm text-soft whitespace-nowrap transition-colors hover:text-ink data-[selected]:bg-raised data-[selected]:text-ink data-[selected]:font-medium data-[selected]:shadow-card"
        >
          {title}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}

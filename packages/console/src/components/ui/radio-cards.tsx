import type { ReactNode } from 'react'
import { Radio, RadioGroup } from 'react-aria-components'
import { cx } from './class-names.ts'
import { FieldFrame, type FrameProps } from './field.tsx'

interface Option<Key extends string> {
  key: Key
  title: ReactNode
  detail?: ReactNode
}

interface RadioCardsProps<Key extends string> extends FrameProps {
  value: Key
  onChange(value: Key): void
  options: readonly Option<Key>[]
  columns?: boolean
}

/** One of a few, each with a line that says what it means. */
export function RadioCards<Key extends string>({
  label,
  value,
  onChange,
  options,
  columns,
  help,
  error,
}: RadioCardsProps<Key>) {
  return (
    <RadioGroup
      value={value}
      onChange={(key) => onChange(key as Key)}
      isInvalid={Boolean(error)}
      className="flex flex-col gap-1.5"
    >
      <FieldFrame label={label} help={help} error={error}>
        <div className={cx('grid gap-2', columns && 'sm:grid-cols-2')}>
          {options.map(({ key, title, detail }) => (
            <Radio
              key={key}
              value={key}
              className="group flex items-start gap-2.5 rounded-md border border-line bg-surface px-3 py-2.5 transition-colors hover:bg-hover data-[selected]:border-accent data-[selected]:bg-accent-soft data-[focus-visible]:outline-2 data-[focus-visible]:outline-accent"
            >
              <span className="mt-0.5 grid size-4.5 shrink-0 place-items-center rounded-full border border-edge bg-surface group-data-[selected]:border-accent">
                <span className="size-2.5 rounded-full bg-transparent group-data-[selected]:bg-accent" />
              </span>
              <span className="min-w-0">
                <span className="block font-medium">{title}</span>
                {detail && <span className="block text-sm text-soft">{detail}</span>}
              </span>
            </Radio>
          ))}
        </div>
      </FieldFrame>
    </RadioGroup>
  )
}

import { Check, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import {
  Checkbox as AriaCheckbox,
  CheckboxGroup as AriaCheckboxGroup,
  Radio,
  RadioGroup,
  Switch as AriaSwitch,
  ToggleButton,
  ToggleButtonGroup,
  type CheckboxProps,
} from 'react-aria-components'
import { cx } from './class-names.ts'
import { FieldFrame, type FrameProps } from './field.tsx'

/** A box to tick; without children it needs an `aria-label`. */
export function Checkbox({
  children,
  ...rest
}: Omit<CheckboxProps, 'children' | 'className'> & { children?: ReactNode }) {
  return (
    <AriaCheckbox {...rest} className="group flex min-h-6 items-center gap-2 text-base data-[disabled]:opacity-50">
      {({ isSelected, isIndeterminate }) => (
        <>
          <span
            className={cx(
              'grid size-4.5 shrink-0 place-items-center rounded-sm border transition-colors group-data-[focus-visible]:outline-2 group-data-[focus-visible]:outline-offset-2 group-data-[focus-visible]:outline-accent',
              isSelected || isIndeterminate ? 'border-accent bg-accent text-on-accent' : 'border-edge bg-surface',
            )}
          >
            {isIndeterminate ? <Minus size={13} strokeWidth={3} /> : isSelected && <Check size={13} strokeWidth={3} />}
          </span>
          {children}
        </>
      )}
    </AriaCheckbox>
  )
}

interface CheckboxGroupProps extends FrameProps {
  value: string[]
  onChange(value: string[]): void
  children: ReactNode
}

export function CheckboxGroup({ label, help, error, value, onChange, children }: CheckboxGroupProps) {
  return (
    <AriaCheckboxGroup value={value} onChange={onChange} isInvalid={Boolean(error)} className="flex flex-col gap-1.5">
      <FieldFrame label={label} help={help} error={error}>
        <div className="flex flex-wrap gap-x-5 gap-y-1">{children}</div>
      </FieldFrame>
    </AriaCheckboxGroup>
  )
}

export interface Option<Key extends string> {
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

export function Switch({
  children,
  isSelected,
  onChange,
}: {
  children: ReactNode
  isSelected: boolean
  onChange(is: boolean): void
}) {
  return (
    <AriaSwitch isSelected={isSelected} onChange={onChange} className="group flex min-h-6 items-center gap-2 text-sm">
      <span className="flex h-5 w-8.5 items-center rounded-full border border-edge bg-sunken p-0.5 transition-colors group-data-[selected]:border-accent group-data-[selected]:bg-accent group-data-[focus-visible]:outline-2 group-data-[focus-visible]:outline-offset-2 group-data-[focus-visible]:outline-accent">
        <span className="size-3.5 rounded-full bg-edge transition-transform group-data-[selected]:translate-x-3.5 group-data-[selected]:bg-on-accent" />
      </span>
      {children}
    </AriaSwitch>
  )
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

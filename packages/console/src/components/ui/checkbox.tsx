import { Check, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import { Checkbox as AriaCheckbox, type CheckboxProps } from 'react-aria-components'
import { cx } from './class-names.ts'

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

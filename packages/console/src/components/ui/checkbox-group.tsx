import type { ReactNode } from 'react'
import { CheckboxGroup as AriaCheckboxGroup } from 'react-aria-components'
import { FieldFrame, type FrameProps } from './field.tsx'

interface CheckboxGroupProps extends FrameProps {
  value: string[]
  onChange(value: string[]): void
  /** Of the field in the definition, so that what is wrong with it is found. */
  name?: string
  children: ReactNode
}

export function CheckboxGroup({ label, help, error, value, onChange, name, children }: CheckboxGroupProps) {
  return (
    <AriaCheckboxGroup
      data-field={name}
      value={value}
      onChange={onChange}
      isInvalid={Boolean(error)}
      className="flex flex-col gap-1.5"
    >
      <FieldFrame label={label} help={help} error={error}>
        <div className="flex flex-wrap gap-x-5 gap-y-1">{children}</div>
      </FieldFrame>
    </AriaCheckboxGroup>
  )
}

import { ChevronDown } from 'lucide-react'
import { Button, ListBox, Popover, Select as AriaSelect, SelectValue } from 'react-aria-components'
import { cx } from './class-names.ts'
import { FieldFrame, inputLook, type FrameProps } from './field.tsx'
import { Entry, type Item } from './list-entry.tsx'
import { listLook, popoverLook } from './popover-look.ts'

export interface SelectProps extends FrameProps {
  items: readonly Item[]
  value: string | null
  onChange(key: string): void
  placeholder?: string
  'aria-label'?: string
  /** Of the field in the definition, so that what is wrong with it is found. */
  name?: string
  className?: string
  size?: 'small' | 'normal'
}

/** One of several that are known. */
export function Select({
  label,
  help,
  error,
  optional,
  items,
  value,
  onChange,
  placeholder,
  className,
  size,
  ...rest
}: SelectProps) {
  return (
    <AriaSelect
      {...rest}
      selectedKey={value}
      onSelectionChange={(key) => key !== null && onChange(String(key))}
      isInvalid={Boolean(error)}
      placeholder={placeholder ?? ''}
      className={cx('flex flex-col gap-1.5 min-w-0', className)}
    >
      <FieldFrame label={label} help={help} error={error} optional={optional}>
        <Button
          className={cx(
            inputLook,
            'flex items-center justify-between gap-2 text-left',
            size === 'small' && 'h-7! px-2.5! text-sm!',
          )}
        >
          <SelectValue className="truncate data-[placeholder]:text-faint">
            {({ selectedText, defaultChildren }) => selectedText || defaultChildren}
          </SelectValue>
          <ChevronDown aria-hidden size={15} className="shrink-0 text-faint" />
        </Button>
        <Popover className={cx(popoverLook, 'min-w-(--trigger-width)')}>
          <ListBox items={items} className={listLook}>
            {(item) => <Entry item={item} />}
          </ListBox>
        </Popover>
      </FieldFrame>
    </AriaSelect>
  )
}

import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { Button, ComboBox as AriaComboBox, Input, ListBox, Popover } from 'react-aria-components'
import { cx } from './class-names.ts'
import { FieldFrame, inputLook } from './field.tsx'
import { Entry, type Item } from './list-entry.tsx'
import { listLook, popoverLook } from './popover-look.ts'
import type { SelectProps } from './select.tsx'

interface ComboBoxProps extends SelectProps {
  /** Whether something may be typed that is not in the list. */
  free?: boolean
}

/** One of many, found by typing. */
export function ComboBox({
  label,
  help,
  error,
  optional,
  items,
  value,
  onChange,
  placeholder,
  className,
  free,
  ...rest
}: ComboBoxProps) {
  const known = items.find(({ key }) => key === value)
  // It keeps what is typed itself; what comes from elsewhere begins it anew
  const [told, setTold] = useState({ value, beginning: 0 })
  if (told.value !== value) setTold({ value, beginning: told.beginning + 1 })
  const tell = (key: string) => {
    setTold({ ...told, value: key })
    onChange(key)
  }
  return (
    <AriaComboBox
      key={told.beginning}
      {...rest}
      defaultItems={items}
      defaultFilter={isFound}
      defaultSelectedKey={known?.key ?? null}
      defaultInputValue={known?.title ?? value ?? ''}
      allowsCustomValue={free ?? false}
      onSelectionChange={(key) => key !== null && tell(String(key))}
      {...(free
        ? { onInputChange: (text: string) => tell(items.find(({ title }) => title === text)?.key ?? text) }
        : {})}
      isInvalid={Boolean(error)}
      menuTrigger="focus"
      className={cx('flex flex-col gap-1.5 min-w-0', className)}
    >
      <FieldFrame label={label} help={help} error={error} optional={optional}>
        <div className="relative">
          <Input placeholder={placeholder ?? ''} className={cx(inputLook, 'pr-9')} />
          <Button className="absolute right-1 top-1 grid size-7 place-items-center rounded-sm text-faint hover:bg-hover">
            <ChevronDown aria-hidden size={15} />
          </Button>
        </div>
        <Popover className={cx(popoverLook, 'min-w-(--trigger-width)')}>
          <ListBox className={listLook}>{(item: Item) => <Entry item={item} />}</ListBox>
        </Popover>
      </FieldFrame>
    </AriaComboBox>
  )
}

/** `los angeles` finds `America/Los_Angeles`. */
function isFound(title: string, typed: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll('_', ' ')
  return plain(title).includes(plain(typed.trim()))
}

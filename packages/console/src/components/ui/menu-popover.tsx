import type { RefObject } from 'react'
import { Menu as AriaMenu, MenuItem, Popover, Separator } from 'react-aria-components'
import { cx } from './class-names.ts'
import type { Action } from './menu.tsx'
import { popoverLook } from './popover-look.ts'

interface MenuPopoverProps {
  label: string
  actions: readonly Action[]
  trigger: RefObject<HTMLButtonElement | null>
  onClose(): void
}

/** The list of actions itself, loaded when the first menu is opened. */
export default function MenuPopover({ label, actions, trigger, onClose }: MenuPopoverProps) {
  // What an action opens gives the focus back to the button, not to an entry that is gone by then
  const afterClosing = (act: () => void) =>
    window.setTimeout(() => {
      trigger.current?.focus()
      act()
    })
  return (
    <Popover
      isOpen
      triggerRef={trigger}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      placement="bottom end"
      className={cx(popoverLook, 'min-w-44')}
    >
      <AriaMenu
        aria-label={label}
        autoFocus="first"
        onClose={onClose}
        className="p-1 outline-none"
        disabledKeys={actions.filter((action) => action.isDisabled).map((action) => action.key)}
      >
        {actions.flatMap((action) => [
          ...(action.isSeparated ? [<Separator key={`${action.key}-before`} className="my-1 h-px bg-line" />] : []),
          <MenuItem
            key={action.key}
            id={action.key}
            textValue={action.title}
            onAction={() => afterClosing(() => action.do())}
            className={cx(
              'flex min-h-8 cursor-pointer items-center gap-2 rounded-sm px-2.5 py-1.5 text-base outline-none data-[focused]:bg-hover data-[disabled]:opacity-50',
              action.isDanger && 'text-bad',
            )}
          >
            {action.icon}
            {action.title}
          </MenuItem>,
        ])}
      </AriaMenu>
    </Popover>
  )
}

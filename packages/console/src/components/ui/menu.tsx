import { lazy, Suspense, useRef, useState, type ReactNode } from 'react'
import { Button, IconButton, type ButtonLook } from './button.tsx'

const MenuPopover = lazy(() => import('./menu-popover.tsx'))

export interface Action {
  key: string
  title: string
  icon?: ReactNode
  isDanger?: boolean
  isDisabled?: boolean
  isSeparated?: boolean
  do(): void
}

interface MenuProps {
  label: string
  actions: readonly Action[]
  /** What the button shows: a picture, whose name is then the label, or with `hasText` words. */
  children: ReactNode
  hasText?: boolean
  look?: ButtonLook
  size?: 'small' | 'normal'
}

/** A button that opens a list of actions. */
export function Menu({ label, actions, children, hasText, look, size }: MenuProps) {
  const trigger = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  const button = {
    ref: trigger,
    look,
    size,
    'aria-haspopup': 'menu',
    'aria-expanded': isOpen,
    onPress: () => setOpen(true),
    onKeyDown: ({ key }: { key: string }) => key === 'ArrowDown' && setOpen(true),
  } as const
  return (
    <>
      {hasText ? (
        <Button {...button}>{children}</Button>
      ) : (
        <IconButton {...button} look={look ?? 'ghost'} label={label}>
          {children}
        </IconButton>
      )}
      {isOpen && (
        <Suspense>
          <MenuPopover label={label} actions={actions} trigger={trigger} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}

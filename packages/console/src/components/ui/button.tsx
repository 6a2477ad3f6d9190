import { createLink } from '@tanstack/react-router'
import { LoaderCircle } from 'lucide-react'
import type { KeyboardEvent, MouseEvent, ReactNode, Ref } from 'react'
import { cx } from './class-names.ts'

export type ButtonLook = 'primary' | 'secondary' | 'ghost' | 'danger'

interface Looks {
  look?: ButtonLook
  size?: 'small' | 'normal'
  className?: string
}

interface ButtonProps extends Looks {
  children: ReactNode
  ref?: Ref<HTMLButtonElement>
  id?: string
  type?: 'button' | 'submit'
  isDisabled?: boolean
  isPending?: boolean
  autoFocus?: boolean
  onPress?(): void
  onKeyDown?(event: KeyboardEvent): void
  'aria-label'?: string
  'aria-expanded'?: boolean
  'aria-haspopup'?: 'menu'
}

const looks: Record<ButtonLook, string> = {
  primary: 'bg-accent text-on-accent border-transparent hover:bg-accent-strong shadow-card',
  secondary: 'bg-surface text-ink border-line hover:bg-hover shadow-card',
  ghost: 'bg-transparent text-soft border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-surface text-bad border-line hover:bg-bad-soft shadow-card',
}

function buttonLook({ look = 'secondary', size = 'normal', className }: Looks): string {
  return cx(
    'inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none transition-colors',
    'disabled:opacity-50 disabled:pointer-events-none aria-disabled:opacity-50',
    size === 'small' ? 'h-7 px-2.5 text-sm' : 'h-9 px-3.5 text-base',
    looks[look],
    className,
  )
}

/**
 * A button; while `isPending` it keeps its focus, says that it is at work and does nothing. The browser's own: every page
 * has dozens of them, and what a component of a library brings along would be a tenth of the first one that is loaded.
 */
export function Button({ look, size, className, children, isDisabled, isPending, onPress, ...rest }: ButtonProps) {
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (isPending) event.preventDefault()
    else {
      // Safari does not by itself, and what is closed later gives the focus back to where it was
      event.currentTarget.focus()
      onPress?.()
    }
  }
  return (
    <button
      type="button"
      {...rest}
      disabled={isDisabled}
      aria-busy={isPending || undefined}
      aria-disabled={isPending || undefined}
      onClick={press}
      className={buttonLook({ look, size, className })}
    >
      {isPending && <LoaderCircle aria-hidden size={15} className="animate-[turn_1s_linear_infinite]" />}
      {children}
    </button>
  )
}

interface IconButtonProps extends Omit<ButtonProps, 'aria-label'> {
  label: string
}

/** A button that shows a picture only; `label` is its name. */
export function IconButton({ label, className, size, children, look = 'ghost', ...rest }: IconButtonProps) {
  const square = size === 'small' ? 'w-7 px-0!' : 'w-9 px-0!'
  return (
    <Button {...rest} look={look} size={size} aria-label={label} className={cx(square, className)}>
      {children}
    </Button>
  )
}

interface AnchorProps {
  className?: string
  href?: string
  children?: ReactNode
  ref?: Ref<HTMLAnchorElement>
  'aria-label'?: string
  target?: string
}

/** A link that looks like a button. */
export const ButtonLink = createLink(function ButtonLink({
  look,
  size,
  className,
  children,
  ...rest
}: AnchorProps & Looks) {
  return (
    <a {...rest} className={buttonLook({ look, size, className })}>
      {children}
    </a>
  )
})

/** A link in a text or a table. */
export const TextLink = createLink(function TextLink({ className, children, ...rest }: AnchorProps) {
  return (
    <a
      {...rest}
      className={cx(
        'text-accent rounded-sm underline decoration-accent/40 underline-offset-3 hover:decoration-accent cursor-pointer',
        className,
      )}
    >
      {children}
    </a>
  )
})

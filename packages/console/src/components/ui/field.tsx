import { Eye, EyeOff } from 'lucide-react'
import { useState, type ReactNode, type Ref } from 'react'
import {
  Button,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from 'react-aria-components'
import { useMessages } from '../../i18n/messages.tsx'
import { cx } from './class-names.ts'

export const inputLook =
  'w-full min-w-0 h-9 rounded-md border border-edge/70 bg-surface px-3 text-base text-ink placeholder:text-faint ' +
  'data-[invalid]:border-bad in-data-[invalid]:border-bad disabled:opacity-60 focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/40'

/** Label above, help below, and the error in place of the help. */
export function FieldFrame({ label, help, error, children, optional }: FrameProps & { children: ReactNode }) {
  return (
    <>
      {label && <FieldLabel optional={optional}>{label}</FieldLabel>}
      {children}
      {help && !error && (
        <Text slot="description" className="text-sm text-faint">
          {help}
        </Text>
      )}
      {error && <FieldError className="text-sm text-bad">{error}</FieldError>}
    </>
  )
}

function FieldLabel({ children, optional }: { children: ReactNode; optional?: boolean }) {
  const m = useMessages()
  return (
    <Label data-label className="text-sm font-medium text-ink">
      {children}
      {optional && <span className="font-normal text-faint"> {m.common.optional}</span>}
    </Label>
  )
}

export interface FrameProps {
  label?: ReactNode
  help?: ReactNode
  error?: string
  optional?: boolean
}

interface TextFieldProps extends Omit<AriaTextFieldProps, 'className' | 'children'>, FrameProps {
  placeholder?: string
  mono?: boolean
  rows?: number
  className?: string
  ref?: Ref<HTMLInputElement>
}

export function TextField({
  label,
  help,
  error,
  optional,
  placeholder,
  mono,
  rows,
  className,
  ref,
  ...rest
}: TextFieldProps) {
  const look = cx(inputLook, mono && 'font-mono text-sm')
  return (
    <AriaTextField {...rest} isInvalid={Boolean(error)} className={cx('flex flex-col gap-1.5 min-w-0', className)}>
      <FieldFrame label={label} help={help} error={error} optional={optional}>
        {rows ? (
          <TextArea rows={rows} placeholder={placeholder} className={cx(look, 'h-auto py-2')} />
        ) : (
          <Input ref={ref} placeholder={placeholder} className={look} />
        )}
      </FieldFrame>
    </AriaTextField>
  )
}

/** For secrets: hidden until asked for, never filled in by the browser. */
export function SecretField({ label, help, error, optional, placeholder, className, ref, ...rest }: TextFieldProps) {
  const m = useMessages()
  const [isShown, setShown] = useState(false)
  return (
    <AriaTextField
      autoComplete="new-password"
      spellCheck="false"
      {...rest}
      type={isShown ? 'text' : 'password'}
      isInvalid={Boolean(error)}
      className={cx('flex flex-col gap-1.5 min-w-0', className)}
    >
      <FieldFrame label={label} help={help} error={error} optional={optional}>
        <div className="relative">
          <Input ref={ref} placeholder={placeholder} className={cx(inputLook, 'pr-10 font-mono text-sm')} />
          <Button
            aria-label={isShown ? m.common.hideSecret : m.common.showSecret}
            onPress={() => setShown(!isShown)}
            className="absolute right-1 top-1 grid size-7 place-items-center rounded-sm text-faint hover:bg-hover hover:text-ink"
          >
            {isShown ? <EyeOff aria-hidden size={16} /> : <Eye aria-hidden size={16} />}
          </Button>
        </div>
      </FieldFrame>
    </AriaTextField>
  )
}

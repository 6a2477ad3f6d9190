import type { ReactNode } from 'react'
import { Switch as AriaSwitch } from 'react-aria-components'

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

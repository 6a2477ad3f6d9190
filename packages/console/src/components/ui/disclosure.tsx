import { useState, type ReactNode } from 'react'
import { Button, Disclosure as AriaDisclosure, DisclosurePanel } from 'react-aria-components'

interface DisclosureProps {
  title: ReactNode
  icon: ReactNode
  children: ReactNode
  isOpen?: boolean
}

/** Something that few need, behind its title. */
export function Disclosure({ title, icon, children, isOpen }: DisclosureProps) {
  // What nobody has looked at yet asks for nothing
  const [wasOpened, setOpened] = useState(isOpen ?? false)
  return (
    <AriaDisclosure
      defaultExpanded={isOpen ?? false}
      onExpandedChange={(is) => setOpened(wasOpened || is)}
      className="group"
    >
      <div>
        <Button
          slot="trigger"
          className="flex min-h-7 items-center gap-1 rounded-sm text-sm font-medium text-soft hover:text-ink [&>svg]:transition-transform group-data-[expanded]:[&>svg]:rotate-90"
        >
          {icon}
          {title}
        </Button>
      </div>
      <DisclosurePanel className="group-data-[expanded]:pt-3">{wasOpened && children}</DisclosurePanel>
    </AriaDisclosure>
  )
}

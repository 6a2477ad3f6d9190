import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { ListBoxItem } from 'react-aria-components'

export interface Item {
  key: string
  title: string
  detail?: ReactNode
}

/** A line of a list to choose from. */
export function Entry({ item }: { item: Item }) {
  return (
    <ListBoxItem
      id={item.key}
      textValue={item.title}
      className="flex min-h-8 items-center justify-between gap-4 rounded-sm px-2.5 py-1.5 text-base outline-none data-[focused]:bg-hover data-[selected]:font-medium"
    >
      {({ isSelected }) => (
        <>
          <span className="truncate">{item.title}</span>
          <span className="flex items-center gap-2 text-sm font-normal text-faint">
            {item.detail}
            {isSelected && <Check aria-hidden size={15} className="text-accent" />}
          </span>
        </>
      )}
    </ListBoxItem>
  )
}

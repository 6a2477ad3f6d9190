import { Search } from 'lucide-react'
import type { KeyboardEvent, ReactNode } from 'react'
import {
  Autocomplete,
  Dialog as AriaDialog,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
} from 'react-aria-components'

export interface Command {
  title: string
  detail?: ReactNode
  icon?: ReactNode
  do(): void
}

interface CommandListProps {
  label: string
  text: string
  onType(text: string): void
  sections: readonly { title: string; commands: readonly Command[] }[]
  /** Shown instead where no section has a command. */
  nothing: ReactNode
  onClose(): void
}

/** A field with what it finds below, over the page: arrow keys choose, Enter does it, Escape closes. */
export function CommandList({ label, text, onType, sections, nothing, onClose }: CommandListProps) {
  const filled = sections.filter(({ commands }) => commands.length > 0)
  const all = filled.flatMap(({ commands }) => commands)
  const onKeyDown = (event: KeyboardEvent) => {
    const { target, key } = event
    const chosen = target instanceof HTMLElement ? (target.getAttribute('aria-activedescendant') ?? '') : ''
    // A search field would clear itself first
    if (key === 'Escape') onClose()
    // What was found a moment ago is not chosen yet, and the first of it is meant
    else if (key === 'Enter' && document.getElementById(chosen) === null && all[0]) {
      onClose()
      all[0].do()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(isOpen) => !isOpen && onClose()}
      className="fixed inset-0 z-50 grid grid-cols-[minmax(0,1fr)] items-start justify-items-center overflow-y-auto bg-[#0b0e14]/45 p-3 pt-[10vh] data-[entering]:animate-[appear_.12s_ease-out]"
    >
      <Modal className="w-full max-w-xl rounded-lg border border-line bg-raised shadow-pop">
        <AriaDialog aria-label={label} className="outline-none">
          <div role="presentation" onKeyDownCapture={onKeyDown}>
            <Autocomplete inputValue={text} onInputChange={onType}>
              <SearchField aria-label={label} autoFocus className="relative border-b border-line">
                <Search aria-hidden size={17} className="pointer-events-none absolute top-3.5 left-4 text-faint" />
                <Input
                  placeholder={label}
                  className="h-12 w-full bg-transparent pr-4 pl-11 rounded-t-lg text-lg outline-none! placeholder:text-faint focus:shadow-[inset_0_0_0_2px_var(--color-accent)] [&::-webkit-search-cancel-button]:hidden"
                />
              </SearchField>
              <Menu
                aria-label={label}
                onClose={onClose}
                renderEmptyState={() => <div className="px-3 py-6 text-center text-soft">{nothing}</div>}
                className="max-h-[60vh] overflow-y-auto p-1.5 outline-none"
              >
                {filled.map(({ title, commands }, index) => (
                  <MenuSection key={index} id={`section ${index}`}>
                    <Header className="px-2.5 pt-2 pb-1 text-xs font-medium text-faint">{title}</Header>
                    {commands.map((command) => (
                      <MenuItem
                        // By its place: the choice stays at the top while what is found changes
                        key={all.indexOf(command)}
                        id={all.indexOf(command)}
                        textValue={command.title}
                        onAction={() => command.do()}
                        className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1.5 outline-none data-[focused]:bg-hover"
                      >
                        <span className="text-faint">{command.icon}</span>
                        <span className="min-w-0 flex-1 truncate">{command.title}</span>
                        <span className="shrink-0 text-sm text-faint">{command.detail}</span>
                      </MenuItem>
                    ))}
                  </MenuSection>
                ))}
              </Menu>
            </Autocomplete>
          </div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

import { Check, ChevronsUpDown } from 'lucide-react'
import { Menu } from '../components/ui/menu.tsx'
import { useMessages } from '../i18n/messages.tsx'
import { useMe } from './me.ts'
import { enterWorkspace } from './workspace.ts'

/** Which workspace everything on the page is of, and the way into another; nothing for those who have one only. */
export function WorkspaceMenu() {
  const m = useMessages()
  const me = useMe()
  if (!me?.workspace || me.workspaces.length < 2) return null
  const { name: present } = me.workspace
  return (
    <div className="px-2.5 pb-1">
      <Menu
        hasText
        label={m.nav.workspace(present)}
        actions={me.workspaces.map(({ id, name, role }) => ({
          key: String(id),
          title: name === present ? `${name} · ${m.nav.here}` : `${name} · ${m.nav.role[role]}`,
          ...(name === present ? { icon: <Check aria-hidden size={15} />, isDisabled: true } : {}),
          do: () => enterWorkspace(name),
        }))}
      >
        <span className="sr-only">{m.nav.workspace('')}</span>
        <span className="min-w-0 truncate">{present}</span>
        <ChevronsUpDown aria-hidden size={14} className="ml-auto shrink-0 text-faint" />
      </Menu>
    </div>
  )
}

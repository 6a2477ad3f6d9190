import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useMessages } from '../i18n/messages.tsx'
import { Button, IconButton } from './ui/button.tsx'
import { notifyFailure } from './ui/notices.tsx'

/** Copies a text; where the label is left out, the button shows a picture only. */
export function CopyButton({ text, label, what }: { text: string; label?: string; what: string }) {
  const m = useMessages()
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return undefined
    const timer = window.setTimeout(() => setCopied(false), 2000)
    return () => window.clearTimeout(timer)
  }, [isCopied])
  const copy = async () => {
    if (await copyText(text)) setCopied(true)
    else notifyFailure(m.common.copyFailed)
  }
  const icon = isCopied ? <Check aria-hidden size={15} className="text-good" /> : <Copy aria-hidden size={15} />
  const name = isCopied ? m.common.copied : m.common.copy(what)
  if (label === undefined) {
    return (
      <IconButton label={name} size="small" onPress={() => void copy()}>
        {icon}
      </IconButton>
    )
  }
  return (
    <Button size="small" aria-label={name} onPress={() => void copy()}>
      {icon}
      {isCopied ? m.common.copied : label}
    </Button>
  )
}

/** On plain http there is no clipboard API; the old command still works there. */
async function copyText(text: string): Promise<boolean> {
  const { clipboard } = navigator as { clipboard?: Clipboard }
  try {
    if (clipboard) {
      await clipboard.writeText(text)
      return true
    }
  } catch {
    // Refused: the old way may still be allowed
  }
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.className = 'fixed top-0 opacity-0'
  const focused = document.activeElement
  // Inside the dialog that is open, which keeps the focus from everything outside
  const host = focused?.closest('[role=dialog],[role=alertdialog]') ?? document.body
  host.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return done
}

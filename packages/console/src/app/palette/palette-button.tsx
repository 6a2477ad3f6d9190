import { Search } from 'lucide-react'
import { lazy, Suspense, useCallback, useState } from 'react'
import { cx } from '../../components/ui/class-names.ts'
import { useMessages } from '../../i18n/messages.tsx'
import { useFrameShortcuts } from '../shortcuts/frame-shortcuts.ts'

// Not needed by whoever only looks
const Palette = lazy(() => import('./palette.tsx'))
const ShortcutSheet = lazy(() => import('../shortcuts/shortcut-sheet.tsx'))

const isApple = /Mac|iPhone|iPad/.test(navigator.platform)

/** The way to everything by typing, and the keyboard of the frame. */
export function PaletteButton() {
  const m = useMessages()
  const [open, setOpen] = useState<'palette' | 'sheet'>()
  const openPalette = useCallback(() => setOpen('palette'), [])
  const openSheet = useCallback(() => setOpen('sheet'), [])
  const close = (what: typeof open) => setOpen((now) => (now === what ? undefined : now))
  useFrameShortcuts({ openPalette, openSheet })
  return (
    <>
      <button
        type="button"
        onClick={openPalette}
        className={cx(
          'flex h-8.5 items-center gap-2 rounded-md border border-line bg-surface px-2.5 text-soft shadow-card hover:bg-hover',
          'lg:w-60',
        )}
      >
        <Search aria-hidden size={15} />
        <span className="flex-1 text-left max-lg:sr-only">{m.common.search}</span>
        <kbd aria-hidden className="font-sans text-xs text-faint max-lg:hidden">
          {isApple ? '⌘K' : 'Ctrl K'}
        </kbd>
      </button>
      <Suspense>
        {open === 'palette' && <Palette onClose={() => close('palette')} openSheet={openSheet} />}
        {open === 'sheet' && <ShortcutSheet onClose={() => close('sheet')} />}
      </Suspense>
    </>
  )
}

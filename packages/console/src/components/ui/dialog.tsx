import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useMessages } from '../../i18n/messages.tsx'
import { IconButton } from './button.tsx'
import { cx } from './class-names.ts'

interface DialogProps {
  title: ReactNode
  isOpen: boolean
  onClose(): void
  children: ReactNode
  footer?: ReactNode
  wide?: boolean
  role?: 'dialog' | 'alertdialog'
}

/** In the middle of the page, over everything else. */
export function Dialog({ title, isOpen, onClose, children, footer, wide, role = 'dialog' }: DialogProps) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={role === 'dialog'}
      className="fixed inset-0 z-50 grid grid-cols-[minmax(0,1fr)] items-start justify-items-center overflow-y-auto bg-[#0b0e14]/45 p-3 pt-[8vh] data-[entering]:animate-[appear_.15s_ease-out]"
    >
      <Modal
        className={cx('w-full rounded-lg border border-line bg-raised shadow-pop', wide ? 'max-w-3xl' : 'max-w-md')}
      >
        <AriaDialog role={role} className="outline-none">
          <div className="flex items-center justify-between gap-4 px-5 pt-4 pb-1">
            <Heading slot="title" className="text-lg font-semibold">
              {title}
            </Heading>
            <CloseButton onClose={onClose} />
          </div>
          <div className="px-5 py-3">{children}</div>
          {footer && <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3.5">{footer}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

/** At the right; the whole page where it is narrow. */
export function Drawer({ label, isOpen, onClose, children }: Omit<DialogProps, 'title'> & { label: string }) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable
      className="fixed inset-0 z-40 bg-[#0b0e14]/35 data-[entering]:animate-[appear_.15s_ease-out]"
    >
      <Modal className="fixed inset-y-0 right-0 w-full max-w-3xl border-l border-line bg-surface shadow-pop data-[entering]:animate-[slide-in_.18s_ease-out]">
        <AriaDialog aria-label={label} className="h-full overflow-y-auto outline-none">
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

export function CloseButton({ onClose }: { onClose(): void }) {
  const m = useMessages()
  return (
    <IconButton label={m.common.close} size="small" onPress={onClose}>
      <X aria-hidden size={17} />
    </IconButton>
  )
}

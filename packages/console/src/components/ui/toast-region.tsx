import { X } from 'lucide-react'
import { useEffect } from 'react'
import {
  Button,
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components'
import { useMessages } from '../../i18n/messages.tsx'
import { cx } from './class-names.ts'
import type { Notice } from './notices.tsx'

const queue = new ToastQueue<Notice>({ maxVisibleToasts: 3 })
const SHOWN_MS = 6000

/** The notices themselves, loaded with the first of them. One that failed stays until it is closed. */
export default function ToastRegionWithNotices({ notices }: { notices: readonly Notice[] }) {
  const m = useMessages()
  useEffect(() => {
    for (const notice of notices) queue.add(notice, notice.isBad ? {} : { timeout: SHOWN_MS })
  }, [notices])
  return (
    <ToastRegion
      queue={queue}
      aria-label={m.common.notices}
      className="fixed right-4 bottom-4 z-50 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 outline-none"
    >
      {({ toast }) => (
        <Toast
          toast={toast}
          className={cx(
            'flex items-start gap-3 rounded-lg border border-line border-l-3 bg-raised py-3 pr-2 pl-4 shadow-pop',
            toast.content.isBad ? 'border-l-bad' : 'border-l-good',
          )}
        >
          <ToastContent className="flex min-w-0 flex-1 flex-col">
            <Text slot="title" className="font-medium break-words">
              {toast.content.title}
            </Text>
            {toast.content.detail && (
              <Text slot="description" className="text-sm text-soft break-words">
                {toast.content.detail}
              </Text>
            )}
          </ToastContent>
          <Button
            slot="close"
            aria-label={m.common.close}
            className="grid size-7 place-items-center rounded-sm text-faint hover:bg-hover"
          >
            <X aria-hidden size={15} />
          </Button>
        </Toast>
      )}
    </ToastRegion>
  )
}

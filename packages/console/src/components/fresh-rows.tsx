import { ArrowUp } from 'lucide-react'
import { Button } from './ui/button.tsx'

interface FreshRowsProps {
  /** How many rows of a held list wait to be shown, or to go. */
  count: number
  /** What is said of them. */
  words(count: number): string
  onShow(): void
}

/**
 * Tells that something has come, and shows it to whoever asks. It lies over the head of the list and takes no room, so that
 * nothing moves; its place is there before, so that it is read out.
 */
export function FreshRows({ count, words, onShow }: FreshRowsProps) {
  return (
    <div role="status" className="sticky left-0 z-10 h-0">
      {count > 0 && (
        <div className="flex justify-center pt-0.5">
          <Button size="small" look="primary" onPress={onShow}>
            <ArrowUp aria-hidden size={14} />
            {words(count)}
          </Button>
        </div>
      )}
    </div>
  )
}

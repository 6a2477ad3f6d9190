import { ArrowUp } from 'lucide-react'
import { Button } from './ui/button.tsx'

interface FreshRowsProps {
  /** How many rows of a held list wait to be shown. */
  count: number
  /** What is said of them. */
  words(count: number): string
  onShow(): void
}

/** Tells that something new has come, and shows it to whoever asks; the place for it is there before, so that it is read out. */
export function FreshRows({ count, words, onShow }: FreshRowsProps) {
  return (
    <div role="status">
      {count > 0 && (
        <div className="flex justify-center border-b border-line bg-sunken py-1.5">
          <Button size="small" look="primary" onPress={onShow}>
            <ArrowUp aria-hidden size={14} />
            {words(count)}
          </Button>
        </div>
      )}
    </div>
  )
}

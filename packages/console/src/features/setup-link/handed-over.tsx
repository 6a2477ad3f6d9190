import { CircleCheck } from 'lucide-react'
import { useSetupLinkWords } from '../../i18n/setup-link.ts'
import type { DestinationValues } from '../destinations/destination-values.ts'
import { Entrance } from '../sign-in/entrance.tsx'
import { ConsumerGuide } from './consumer-guide.tsx'

export function HandedOver({ values }: { values: DestinationValues }) {
  const w = useSetupLinkWords()
  return (
    <Entrance isWide title={w.thanks} lead={w.thanksLead}>
      <div className="flex flex-col gap-8">
        <p role="status" className="flex items-center gap-2 text-good">
          <CircleCheck aria-hidden size={19} className="shrink-0" />
          {w.thanksHint}
        </p>
        <ConsumerGuide values={values} />
      </div>
    </Entrance>
  )
}

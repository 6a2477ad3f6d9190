import type { ExecutionDetail } from '@datahub/core/api/execution-shapes'
import { useQuantities } from '../../components/quantity.ts'
import { useMessages } from '../../i18n/messages.tsx'

/** How far an execution is, how fast, and until when; the last two only where the hub knows them. */
export function Progress({ execution: { progress, pace } }: { execution: ExecutionDetail }) {
  const m = useMessages()
  const { count, bytes, duration, percent } = useQuantities()
  if (!progress) return null
  const { bytesPerSecond, share, etaMs } = pace ?? { bytesPerSecond: 0, share: null, etaMs: null }
  return (
    <section>
      {share !== null && (
        <div
          role="progressbar"
          aria-label={m.execution.progress}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share * 100)}
          className="mb-2 h-2 overflow-hidden rounded-sm bg-sunken"
        >
          <span className="block h-full bg-busy" style={{ width: `${share * 100}%` }} />
        </div>
      )}
      <p className="num flex flex-wrap gap-x-4 text-soft">
        <span>{m.execution.rowCount(count(progress.rows))}</span>
        <span>{bytes(progress.sizeBytes)}</span>
        {bytesPerSecond > 0 && <span title={m.execution.rateHint}>{bytes(bytesPerSecond)}/s</span>}
        {share !== null && <span>{m.execution.share(percent(share))}</span>}
        {etaMs !== null && <span>{m.execution.eta(duration(etaMs))}</span>}
      </p>
    </section>
  )
}

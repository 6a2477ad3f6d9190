import type { CoverageView } from '@datahub/core/api/coverage-shapes'
import { addDays } from '@datahub/core/execution/calendar'
import { dayOf } from '@datahub/core/execution/data-range'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query } from '../../../api/hub.ts'
import { watched } from '../../../app/live/live.ts'
import { useMay } from '../../../app/me.ts'
import { Card } from '../../../components/page.tsx'
import { useQuantities } from '../../../components/quantity.ts'
import { CoverageStatus } from '../../../components/status/status.tsx'
import { Answer, Empty } from '../../../components/states.tsx'
import { DataRange } from '../../../components/time/time.tsx'
import { Button } from '../../../components/ui/button.tsx'
import type { Days } from '../../../components/ui/day-range-field.tsx'
import { useMessages } from '../../../i18n/messages.tsx'
import { CoverageCalendar, CoverageLegend, type Choice } from './coverage-calendar.tsx'

interface CoverageTabProps {
  task: { id: number; every: string; timeZone: string }
  onOpen(executionId: number): void
  onBackfill(days: Days): void
}

/** How many days are shown at once. */
function windowOf(every: string): number {
  return every === 'hour' ? 14 : every === 'minutes' ? 2 : 370
}

export function CoverageTab({ task, onOpen, onBackfill }: CoverageTabProps) {
  const m = useMessages()
  const span = windowOf(task.every)
  const today = dayOf(new Date(), task.timeZone)
  const [last, setLast] = useState(today)
  const days = task.every === 'once' ? {} : { from: addDays(last, -span), to: last }
  const coverage = useQuery(
    query.task.coverage.queryOptions({ input: { task: String(task.id), ...days }, refetchInterval: watched }),
  )
  return (
    <Answer of={coverage}>
      {(found) => (
        <Card>
          {found.ranges.length === 0 && last === today ? (
            <Empty title={m.coverage.none}>{m.coverage.noneHint}</Empty>
          ) : (
            <Shown
              coverage={found}
              onOpen={onOpen}
              onBackfill={onBackfill}
              earlier={task.every === 'once' ? undefined : () => setLast(addDays(last, -span))}
              later={
                last < today ? () => setLast(addDays(last, span) > today ? today : addDays(last, span)) : undefined
              }
            />
          )}
        </Card>
      )}
    </Answer>
  )
}

interface ShownProps {
  coverage: CoverageView
  onOpen(executionId: number): void
  onBackfill(days: Days): void
  earlier: (() => void) | undefined
  later: (() => void) | undefined
}

function Shown({ coverage, onOpen, onBackfill, earlier, later }: ShownProps) {
  const m = useMessages()
  const may = useMay()
  const { count } = useQuantities()
  const [choice, setChoice] = useState<Choice>()
  const { counts, ranges, timeZone, gaps } = coverage
  const total = counts.delivered + counts.failed + counts.missing + counts.running
  const chosen =
    choice && ranges.slice(Math.min(choice.anchor, choice.focus), Math.max(choice.anchor, choice.focus) + 1)
  const daysOf = (parts: readonly { from: string; to: string }[]) => ({
    from: dayOf(new Date(parts[0]?.from ?? 0), timeZone),
    to: dayOf(new Date(new Date(parts.at(-1)?.to ?? 0).getTime() - 1), timeZone),
  })
  const backfillChosen = () => chosen?.length && onBackfill(daysOf(chosen))
  const only = chosen?.length === 1 ? chosen[0] : undefined
  const gapCount = counts.missing + counts.failed
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-lg font-semibold">{m.coverage.of(count(counts.delivered), count(total))}</p>
        <div className="flex flex-wrap gap-2">
          {earlier && (
            <Button size="small" onPress={earlier}>
              {m.coverage.earlier}
            </Button>
          )}
          {later && (
            <Button size="small" onPress={later}>
              {m.coverage.later}
            </Button>
          )}
          {gapCount > 0 && may('backfill.start') && (
            <Button size="small" look="primary" onPress={() => onBackfill(daysOf(gaps))}>
              {m.coverage.backfillAll(gapCount)}
            </Button>
          )}
        </div>
      </div>
      <CoverageLegend counts={counts} />
      <CoverageCalendar
        coverage={coverage}
        choice={choice}
        onChoose={setChoice}
        onOpen={(index) => {
          const id = ranges[index]?.executionId
          if (id) onOpen(id)
        }}
        onBackfill={backfillChosen}
      />
      <p className="text-sm text-faint">{m.coverage.hint}</p>
      {chosen && chosen.length > 0 && (
        <div role="status" className="flex flex-wrap items-center gap-3 rounded-md bg-sunken px-3 py-2.5">
          <span className="sr-only">{m.coverage.chosen}: </span>
          <DataRange range={{ from: chosen[0]?.from ?? '', to: chosen.at(-1)?.to ?? '', timeZone }} />
          {only && <CoverageStatus state={only.state} />}
          <span className="ml-auto flex gap-2">
            {only?.executionId && (
              <Button size="small" onPress={() => only.executionId && onOpen(only.executionId)}>
                {m.coverage.openExecution}
              </Button>
            )}
            {may('backfill.start') && (
              <Button size="small" onPress={backfillChosen}>
                {m.coverage.backfillSelected(chosen.length)}
              </Button>
            )}
          </span>
        </div>
      )}
    </div>
  )
}

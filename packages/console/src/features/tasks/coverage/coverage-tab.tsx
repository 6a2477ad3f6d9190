import type { CoverageView } from '@datahub/core/api/coverage-shapes'
import { addDays } from '@datahub/core/execution/calendar'
import { dayOf } from '@datahub/core/execution/data-range'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { query } from '../../../api/hub.ts'
import { watched } from '../../../app/live/live.ts'
import { useMay } from '../../../app/me.ts'
import { Card } from '../../../components/page.tsx'
import { useQuantities } from '../../../components/quantity.ts'
import { CoverageStatus, ExecutionStatus } from '../../../components/status/status.tsx'
import { Answer, Empty } from '../../../components/states.tsx'
import { DataRange } from '../../../components/time/time.tsx'
import { Button } from '../../../components/ui/button.tsx'
import type { Days } from '../../../components/ui/day-range-field.tsx'
import { FilterSelect } from '../../../components/ui/filter-select.tsx'
import { useMessages } from '../../../i18n/messages.tsx'
import { CoverageCalendar, CoverageLegend, type Choice } from './coverage-calendar.tsx'

interface CoverageTabProps {
  task: { id: number; every: string; timeZone: string; bornOn: string }
  /** The last day that is shown; undefined: today. */
  until: string | undefined
  onUntil(day: string | undefined): void
  onOpen(executionId: number): void
  onBackfill(days: Days): void
}

/** How many days are shown at once; years of weeks and months stand below each other. */
function windowOf(every: string): number {
  return { minutes: 2, hour: 14, cron: 92, week: 5 * 366, month: 20 * 366 }[every] ?? 370
}

export function CoverageTab({ task, until, onUntil, onOpen, onBackfill }: CoverageTabProps) {
  const m = useMessages()
  const span = windowOf(task.every)
  const today = dayOf(new Date(), task.timeZone)
  const last = until === undefined || until > today ? today : until
  const isWholeYear = task.every === 'day' && last.endsWith('-12-31')
  const from = isWholeYear ? `${last.slice(0, 4)}-01-01` : addDays(last, -span)
  const days = task.every === 'once' ? {} : { from, to: last }
  const coverage = useQuery(
    query.task.coverage.queryOptions({
      input: { task: String(task.id), ...days },
      refetchInterval: watched,
      placeholderData: keepPreviousData,
    }),
  )
  const turnTo = (day: string) => onUntil(day < today ? day : undefined)
  const turns = {
    ...(task.every !== 'once' && task.bornOn < from ? { earlier: () => turnTo(addDays(from, -1)) } : {}),
    ...(last < today ? { later: () => turnTo(addDays(last, span)) } : {}),
  }
  const firstYear = Number(task.bornOn.slice(0, 4))
  const years = Array.from({ length: Number(today.slice(0, 4)) - firstYear + 1 }, (_, index) =>
    String(firstYear + index),
  )
  return (
    <Answer of={coverage}>
      {(found) => (
        <Card>
          {found.ranges.length === 0 && until === undefined ? (
            <Empty title={m.coverage.none}>{m.coverage.noneHint}</Empty>
          ) : (
            <Shown
              coverage={found}
              part={JSON.stringify(days)}
              onOpen={onOpen}
              onBackfill={onBackfill}
              turns={turns}
              chooser={
                task.every === 'day' && years.length > 1 ? (
                  <FilterSelect
                    label={m.coverage.year}
                    anything={m.coverage.newest}
                    options={years.toReversed().map((key) => ({ key, title: key }))}
                    value={isWholeYear || until !== undefined ? last.slice(0, 4) : undefined}
                    onChange={(year) => onUntil(year && `${year}-12-31`)}
                  />
                ) : undefined
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
  /** Which part of the calendar it is; what was chosen in another one is chosen no more. */
  part: string
  turns: { readonly earlier?: () => void; readonly later?: () => void }
  chooser: ReactNode
}

function Shown({ coverage, part, onOpen, onBackfill, turns, chooser }: ShownProps) {
  const m = useMessages()
  const may = useMay()
  const { count } = useQuantities()
  const [chosenIn, setChosenIn] = useState<{ part: string; choice: Choice }>()
  const choice = chosenIn?.part === part ? chosenIn.choice : undefined
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
          {chooser}
          {(turns.earlier ?? turns.later) && (
            <>
              <Button isDisabled={!turns.earlier} onPress={turns.earlier}>
                {m.coverage.earlier}
              </Button>
              <Button isDisabled={!turns.later} onPress={turns.later}>
                {m.coverage.later}
              </Button>
            </>
          )}
          {gapCount > 0 && may('backfill.start') && (
            <Button look="primary" onPress={() => onBackfill(daysOf(gaps))}>
              {m.coverage.backfillAll(gapCount)}
            </Button>
          )}
        </div>
      </div>
      <CoverageLegend counts={counts} />
      <CoverageCalendar
        coverage={coverage}
        choice={choice}
        onChoose={(next) => setChosenIn({ part, choice: next })}
        onTurn={(where) => turns[where]?.()}
        onOpen={(index) => {
          const id = ranges[index]?.executionId
          if (id) onOpen(id)
        }}
        onBackfill={backfillChosen}
      />
      {ranges.length === 0 && <p className="py-4 text-soft">{m.coverage.nothingThen}</p>}
      <p className="text-sm text-faint">
        {m.coverage.zone(timeZone)} {m.coverage.hint}
        {coverage.isCut && ` ${m.coverage.cut}`}
      </p>
      {chosen && chosen.length > 0 && (
        <div role="status" className="flex flex-wrap items-center gap-3 rounded-md bg-sunken px-3 py-2.5">
          <span className="sr-only">{m.coverage.chosen}: </span>
          <DataRange range={{ from: chosen[0]?.from ?? '', to: chosen.at(-1)?.to ?? '', timeZone }} />
          {only &&
            (only.status === null ? <CoverageStatus state={only.state} /> : <ExecutionStatus status={only.status} />)}
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

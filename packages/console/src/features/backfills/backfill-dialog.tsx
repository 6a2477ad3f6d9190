import type { BackfillPlan } from '@datahub/core/api/backfill-shapes'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Check, ChevronRight, LoaderCircle, X } from 'lucide-react'
import { useState } from 'react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { useQuantities } from '../../components/quantity.ts'
import { Answer, ProblemBlock } from '../../components/states.tsx'
import { CoverageStatus } from '../../components/status/status.tsx'
import { DataRange } from '../../components/time/time.tsx'
import { Button } from '../../components/ui/button.tsx'
import { cx } from '../../components/ui/class-names.ts'
import { Checkbox } from '../../components/ui/checkbox.tsx'
import { RadioCards } from '../../components/ui/radio-cards.tsx'
import { DayRangeField, type Days } from '../../components/ui/day-range-field.tsx'
import { Dialog } from '../../components/ui/dialog.tsx'
import { Disclosure } from '../../components/ui/disclosure.tsx'
import { notify } from '../../components/ui/notices.tsx'
import { Select } from '../../components/ui/select.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useBackfillWords } from '../../i18n/backfill.ts'

interface BackfillDialogProps {
  task: { id: number; name: string; timeZone: string }
  /** The days to begin with. */
  days: Days
  onClose(): void
}

type Only = 'missing' | 'missing-and-failed' | 'all'

const PARALLEL = [1, 2, 4, 8, 16, 32]
const CHUNKS = ['day', 'week', 'month', 'whole'] as const
/** As squares, and by their dates: more than that says nothing more, and what is left out is counted. */
const MOST_CELLS = 1_500
const MOST_LINES = 500

/** Past ranges again: what would be delivered is shown before, by the same function that starts it. */
export default function BackfillDialog({ task, days, onClose }: BackfillDialogProps) {
  const m = useMessages()
  const w = useBackfillWords()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [range, setRange] = useState<Days | null>(days)
  const [only, setOnly] = useState<Only>('missing-and-failed')
  const [chunk, setChunk] = useState<(typeof CHUNKS)[number]>('day')
  const [parallel, setParallel] = useState('4')
  const [newestFirst, setNewestFirst] = useState(false)
  const request = {
    task: String(task.id),
    from: range?.from ?? '',
    to: range?.to ?? '',
    only,
    chunk,
    parallel: Number(parallel),
    newestFirst,
  }
  const plan = useQuery({
    ...query.backfill.start.queryOptions({
      input: { ...request, dryRun: true },
      enabled: range !== null,
      retry: false,
    }),
    placeholderData: keepPreviousData,
  })
  const start = useMutation({
    mutationFn: () => hub.backfill.start(request),
    onSuccess: async ({ backfill }) => {
      await client.invalidateQueries()
      if (!backfill) return
      notify(w.started(backfill.id))
      await navigate({ to: '/backfills/$id', params: { id: String(backfill.id) } })
    },
  })
  const selected = plan.data?.selected ?? 0
  return (
    <Dialog
      wide
      title={w.titleOf(task.name)}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{m.common.cancel}</Button>
          <Button
            look="primary"
            isPending={start.isPending}
            isDisabled={selected === 0 || plan.isFetching}
            onPress={() => start.mutate()}
          >
            {w.start(selected)}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {start.error && <ProblemBlock problem={asProblem(start.error)} />}
        <DayRangeField label={`${w.range} (${task.timeZone})`} value={range} onChange={setRange} />
        <RadioCards<Only>
          label={w.only}
          value={only}
          onChange={(chosen) => setOnly(chosen)}
          options={(['missing', 'missing-and-failed', 'all'] as const).map((key) => ({
            key,
            title: plan.data ? w.onlyCounted(w.onlyOf[key], countOf(plan.data, key)) : w.onlyOf[key],
            detail: w.onlyHint[key],
          }))}
        />
        <div className="flex flex-wrap items-end gap-5">
          <Select
            className="w-40"
            label={w.chunk}
            items={CHUNKS.map((key) => ({ key, title: w.chunks[key] }))}
            value={chunk}
            onChange={(key) => setChunk(key as (typeof CHUNKS)[number])}
          />
          <Select
            className="w-28"
            label={w.parallel}
            items={PARALLEL.map((count) => ({ key: String(count), title: String(count) }))}
            value={parallel}
            onChange={setParallel}
          />
          <div className="flex h-9 items-center">
            <Checkbox isSelected={newestFirst} onChange={setNewestFirst}>
              {w.newestFirst}
            </Checkbox>
          </div>
        </div>
        <Answer of={plan}>{(found) => <Plan plan={found} />}</Answer>
      </div>
    </Dialog>
  )
}

/** How many ranges each choice means; what is under way is left alone by all of them. */
function countOf({ counts: { missing, failed, delivered } }: BackfillPlan, only: Only): number {
  if (only === 'missing') return missing
  return only === 'missing-and-failed' ? missing + failed : missing + failed + delivered
}

function Plan({ plan }: { plan: BackfillPlan }) {
  const m = useMessages()
  const w = useBackfillWords()
  const { bytes, duration } = useQuantities()
  const selected = plan.ranges.filter((range) => range.selected)
  if (selected.length === 0) return <p className="rounded-md bg-sunken px-3 py-3 text-soft">{w.nothing}</p>
  const { estimate } = plan
  return (
    <section className="rounded-md border border-line">
      <div className="flex flex-wrap justify-between gap-x-4 gap-y-1 border-b border-line bg-sunken px-3 py-2">
        <h3 className="font-medium">
          {w.preview}
          {m.common.colon}
          {w.selected(plan.selected)} · {w.days(plan.days)}
        </h3>
        {estimate && (
          <span className="num text-sm text-soft" title={w.atPace}>
            {w.about} {bytes(estimate.sizeBytes)} · {duration(estimate.durationMs)}
          </span>
        )}
      </div>
      <div className="flex flex-col gap-3 px-3 py-3">
        <Squares plan={plan} />
        <Disclosure icon={<ChevronRight aria-hidden size={15} />} title={w.exactly(selected.length)}>
          <ul
            tabIndex={0}
            aria-label={w.preview}
            className="grid max-h-56 gap-x-6 overflow-auto rounded-md bg-sunken px-3 py-1.5 sm:grid-cols-2"
          >
            {selected.slice(0, MOST_LINES).map((range) => (
              <li key={range.from} className="flex items-center justify-between gap-3 py-0.5">
                <DataRange range={{ ...range, timeZone: plan.timeZone }} />
                <CoverageStatus state={range.state} />
              </li>
            ))}
            {selected.length > MOST_LINES && (
              <li className="py-0.5 text-soft">{w.more(selected.length - MOST_LINES)}</li>
            )}
          </ul>
        </Disclosure>
      </div>
    </section>
  )
}

/** Every range of the whole: how it stands, and in a frame if it is delivered now. */
function Squares({ plan: { ranges, counts, selected } }: { plan: BackfillPlan }) {
  const m = useMessages()
  const w = useBackfillWords()
  const states = (['delivered', 'running', 'failed', 'missing'] as const).filter((state) => counts[state] > 0)
  return (
    <>
      <div
        role="img"
        aria-label={w.squares(selected, ranges.length)}
        className="flex max-h-40 flex-wrap gap-1.5 overflow-auto p-0.5"
      >
        {ranges.slice(0, MOST_CELLS).map(({ from, state, selected: isSelected }) => (
          <span
            key={from}
            className={cx(
              'grid size-4 place-items-center rounded-[3px] border',
              looks[state],
              isSelected ? 'ring-2 ring-accent' : 'opacity-60',
            )}
          >
            {state === 'delivered' && <Check aria-hidden size={10} strokeWidth={3} />}
            {state === 'failed' && <X aria-hidden size={11} strokeWidth={3} />}
            {state === 'running' && <LoaderCircle aria-hidden size={10} strokeWidth={3} />}
          </span>
        ))}
      </div>
      <ul aria-label={m.coverage.legend} className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {states.map((state) => (
          <li key={state} className="flex items-center">
            <CoverageStatus state={state} count={String(counts[state])} />
          </li>
        ))}
        <li className="flex items-center gap-1.5">
          <span aria-hidden className="size-3.5 rounded-[3px] ring-2 ring-accent" />
          {w.framed}
        </li>
        {ranges.length > MOST_CELLS && <li className="text-soft">{w.more(ranges.length - MOST_CELLS)}</li>}
      </ul>
    </>
  )
}

const looks = {
  delivered: 'bg-good-soft text-good border-good/40',
  running: 'bg-busy-soft text-busy border-busy/50',
  failed: 'bg-bad-soft text-bad border-bad',
  missing: 'bg-surface text-warn border-warn border-dashed',
} as const

import type { BackfillPlan } from '@datahub/core/api/backfill-shapes'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { useQuantities } from '../../components/quantity.ts'
import { Answer, ProblemBlock } from '../../components/states.tsx'
import { CoverageStatus } from '../../components/status/status.tsx'
import { DataRange } from '../../components/time/time.tsx'
import { Button } from '../../components/ui/button.tsx'
import { Checkbox } from '../../components/ui/checkbox.tsx'
import { RadioCards } from '../../components/ui/radio-cards.tsx'
import { DayRangeField, type Days } from '../../components/ui/day-range-field.tsx'
import { Dialog } from '../../components/ui/dialog.tsx'
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

const SHOWN = 60
const PARALLEL = [1, 2, 4, 8, 16, 32]

/** Past ranges again: what would be delivered is shown before, by the same function that starts it. */
export default function BackfillDialog({ task, days, onClose }: BackfillDialogProps) {
  const m = useMessages()
  const w = useBackfillWords()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [range, setRange] = useState<Days | null>(days)
  const [only, setOnly] = useState<'missing' | 'missing-and-failed' | 'all'>('missing-and-failed')
  const [parallel, setParallel] = useState('4')
  const [newestFirst, setNewestFirst] = useState(false)
  const request = {
    task: String(task.id),
    from: range?.from ?? '',
    to: range?.to ?? '',
    only,
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
        <RadioCards<'missing' | 'missing-and-failed' | 'all'>
          label={w.only}
          value={only}
          onChange={(chosen) => setOnly(chosen)}
          options={(['missing', 'missing-and-failed', 'all'] as const).map((key) => ({
            key,
            title: w.onlyOf[key],
            detail: w.onlyHint[key],
          }))}
        />
        <div className="flex flex-wrap items-end gap-5">
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

function Plan({ plan }: { plan: BackfillPlan }) {
  const w = useBackfillWords()
  const { bytes, duration } = useQuantities()
  const selected = plan.ranges.filter((range) => range.selected)
  if (selected.length === 0) return <p className="rounded-md bg-sunken px-3 py-3 text-soft">{w.nothing}</p>
  const { estimate } = plan
  return (
    <section className="rounded-md border border-line">
      <div className="flex flex-wrap justify-between gap-x-4 gap-y-1 border-b border-line bg-sunken px-3 py-2">
        <h3 className="font-medium">
          {w.preview}: {w.selected(plan.selected)}, {w.days(plan.days)}
        </h3>
        {estimate && (
          <span className="num text-sm text-soft" title={w.atPace}>
            {w.about} {bytes(estimate.sizeBytes)} · {duration(estimate.durationMs)}
          </span>
        )}
      </div>
      <ul
        tabIndex={0}
        aria-label={w.preview}
        className="grid max-h-44 gap-x-6 overflow-auto px-3 py-1.5 sm:grid-cols-2"
      >
        {selected.slice(0, SHOWN).map((range) => (
          <li key={range.from} className="flex items-center justify-between gap-3 py-0.5">
            <DataRange range={{ ...range, timeZone: plan.timeZone }} />
            <CoverageStatus state={range.state} />
          </li>
        ))}
        {selected.length > SHOWN && <li className="py-0.5 text-soft">… +{selected.length - SHOWN}</li>}
      </ul>
    </section>
  )
}

import { dayNumber } from '@datahub/core/execution/calendar'
import { dayOf } from '@datahub/core/execution/data-range'
import { ChevronRight } from 'lucide-react'
import { RadioCards } from '../../../components/ui/radio-cards.tsx'
import { DayRangeField } from '../../../components/ui/day-range-field.tsx'
import { Disclosure } from '../../../components/ui/disclosure.tsx'
import { TextField } from '../../../components/ui/field.tsx'
import { ComboBox } from '../../../components/ui/combo-box.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { useMessages } from '../../../i18n/messages.tsx'
import { useTaskFormWords } from '../../../i18n/task-form.ts'
import { Section, type SectionProps } from '../../../components/numbered-section.tsx'
import type { TaskValues } from './task-values.ts'
import { timeZones } from './time-zones.ts'

interface WhenSectionProps extends SectionProps<TaskValues> {
  /** What the data source gives at once, where it is known. */
  maxRangeDays: number | undefined
  isModeFixed?: boolean
}

export function WhenSection({ maxRangeDays, isModeFixed, ...rest }: WhenSectionProps) {
  const m = useMessages()
  const w = useTaskFormWords()
  const { values, onChange, errors } = rest
  const isRecurring = values.mode === 'recurring'
  return (
    <Section number={2} title={w.when}>
      {!isModeFixed && (
        <RadioCards
          columns
          label={w.mode}
          value={values.mode}
          onChange={(mode) => onChange({ mode })}
          options={[
            { key: 'recurring', title: m.task.recurring, detail: w.recurringHint },
            { key: 'one-time', title: m.task.oneTime, detail: w.oneTimeHint },
          ]}
        />
      )}
      {isRecurring ? <Recurring {...rest} /> : <OneTime {...rest} maxRangeDays={maxRangeDays} />}
      <ComboBox
        className="max-w-sm"
        label={w.zone}
        help={isRecurring ? w.zoneHelp : undefined}
        items={timeZones()}
        value={values.timeZone}
        onChange={(timeZone) => onChange({ timeZone })}
        error={errors['schedule.timeZone'] ?? errors['oneTime.timeZone']}
      />
      {isRecurring && <MoreSchedule {...rest} />}
    </Section>
  )
}

const options = <Key extends string>(words: Record<Key, string>) =>
  Object.entries<string>(words).map(([key, title]) => ({ key, title }))

function Recurring({ values, onChange, errors }: SectionProps<TaskValues>) {
  const m = useMessages()
  const w = useTaskFormWords()
  const number = (field: 'day' | 'minute' | 'minutes') => ({
    name: `schedule.${field}`,
    value: values[field],
    onChange: (value: string) => onChange({ [field]: value }),
    error: errors[`schedule.${field}`],
    inputMode: 'numeric' as const,
  })
  const hasTime = values.every === 'day' || values.every === 'week' || values.every === 'month'
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <Select
        label={w.every}
        items={options(w.everyUnit)}
        value={values.every}
        onChange={(every) => onChange({ every: every as TaskValues['every'] })}
      />
      {values.every === 'week' && (
        <Select
          label={w.on}
          items={options(m.task.form.weekdays)}
          value={values.on}
          onChange={(on) => onChange({ on: on as TaskValues['on'] })}
        />
      )}
      {values.every === 'month' && <TextField {...number('day')} label={w.dayOfMonth} help={w.dayOfMonthHelp} />}
      {values.every === 'hour' && <TextField {...number('minute')} label={w.minute} />}
      {values.every === 'minutes' && <TextField {...number('minutes')} label={w.minutes} />}
      {values.every === 'cron' && (
        <TextField
          name="schedule.cron"
          label={w.cron}
          help={w.cronHelp}
          mono
          value={values.cron}
          onChange={(cron) => onChange({ cron })}
          error={errors['schedule.cron']}
        />
      )}
      {hasTime && (
        <TextField
          type="time"
          name="schedule.at"
          label={w.at}
          value={values.at}
          onChange={(at) => onChange({ at })}
          error={errors['schedule.at']}
        />
      )}
    </div>
  )
}

function MoreSchedule({ values, onChange, errors }: SectionProps<TaskValues>) {
  const w = useTaskFormWords()
  return (
    <Disclosure
      title={w.moreSchedule}
      icon={<ChevronRight aria-hidden size={16} />}
      isOpen={
        values.range !== 'previous-period' ||
        [values.settleDelayMinutes, values.refreshDays, values.pauseAfterFailures, values.lateAfterMinutes].some(
          Boolean,
        )
      }
    >
      <div className="grid gap-4 sm:grid-cols-3">
        <Select
          label={w.range}
          items={[
            { key: 'previous-period', title: w.previousPeriod },
            { key: 'last-days', title: w.lastDays },
            { key: 'month-to-date', title: w.monthToDate },
          ]}
          value={values.range}
          onChange={(range) => onChange({ range: range as TaskValues['range'] })}
        />
        {values.range === 'last-days' && (
          <TextField
            name="schedule.data.days"
            label={w.days}
            inputMode="numeric"
            value={values.days}
            onChange={(days) => onChange({ days })}
            error={errors['schedule.data.days']}
          />
        )}
        <TextField
          name="schedule.settleDelayMinutes"
          label={w.settle}
          help={w.settleHelp}
          inputMode="numeric"
          value={values.settleDelayMinutes}
          onChange={(settleDelayMinutes) => onChange({ settleDelayMinutes })}
          error={errors['schedule.settleDelayMinutes']}
        />
        <TextField
          name="schedule.refreshDays"
          label={w.refresh}
          help={w.refreshHelp}
          inputMode="numeric"
          value={values.refreshDays}
          onChange={(refreshDays) => onChange({ refreshDays })}
          error={errors['schedule.refreshDays']}
        />
        <TextField
          name="pauseAfterFailures"
          label={w.pauseAfter}
          help={w.pauseAfterHelp}
          placeholder={w.asTheHub}
          inputMode="numeric"
          value={values.pauseAfterFailures}
          onChange={(pauseAfterFailures) => onChange({ pauseAfterFailures })}
          error={errors['pauseAfterFailures']}
        />
        <TextField
          name="lateAfterMinutes"
          label={w.lateAfter}
          help={w.lateAfterHelp}
          placeholder={w.asTheHub}
          inputMode="numeric"
          value={values.lateAfterMinutes}
          onChange={(lateAfterMinutes) => onChange({ lateAfterMinutes })}
          error={errors['lateAfterMinutes']}
        />
      </div>
    </Disclosure>
  )
}

function OneTime({
  values,
  onChange,
  errors,
  maxRangeDays,
}: SectionProps<TaskValues> & { maxRangeDays: number | undefined }) {
  const w = useTaskFormWords()
  const days = countOfDays(values)
  const isTooLong = days !== undefined && maxRangeDays !== undefined && days > maxRangeDays
  const help = days === undefined ? maxRangeDays && w.reportRangeHelp(maxRangeDays) : w.daysWill(days)
  return (
    <>
      <DayRangeField
        name="oneTime"
        label={w.reportRange}
        value={days === undefined ? null : { from: values.from, to: values.to }}
        onChange={(range) => onChange(range ?? { from: '', to: '' })}
        latest={dayOf(new Date(), values.timeZone)}
        help={help}
        error={
          isTooLong
            ? w.tooMany(days, maxRangeDays)
            : (errors['oneTime.from'] ?? errors['oneTime.to'] ?? errors['oneTime'])
        }
      />
      <div className="grid max-w-md gap-4 sm:grid-cols-2">
        <Select
          label={w.chunk}
          items={options(w.chunks)}
          value={values.chunk}
          onChange={(chunk) => onChange({ chunk: chunk as TaskValues['chunk'] })}
        />
        {values.chunk !== 'whole' && (
          <TextField
            name="oneTime.parallel"
            label={w.parallel}
            inputMode="numeric"
            value={values.parallel}
            onChange={(parallel) => onChange({ parallel })}
            error={errors['oneTime.parallel']}
          />
        )}
      </div>
    </>
  )
}

/** Both days included; undefined as long as one of them is missing. */
export function countOfDays({ from, to }: Pick<TaskValues, 'from' | 'to'>): number | undefined {
  return from && to ? dayNumber(to) - dayNumber(from) + 1 : undefined
}

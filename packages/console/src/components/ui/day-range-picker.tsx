import { parseDate, type CalendarDate } from '@internationalized/date'
import { CalendarDays, ChevronLeft, ChevronRight } from 'lucide-react'
import {
  Button,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  DateInput,
  DateRangePicker,
  DateSegment,
  Dialog,
  Group,
  Heading,
  Popover,
  RangeCalendar,
} from 'react-aria-components'
import { cx } from './class-names.ts'
import type { DayRangeFieldProps } from './day-range-field.tsx'
import { FieldFrame, inputLook } from './field.tsx'
import { popoverLook } from './popover-look.ts'

const segmentLook =
  'min-w-6 rounded-sm px-0.5 text-center tabular-nums outline-none data-[placeholder]:text-faint data-[type=literal]:min-w-0 data-[type=literal]:px-0 data-[focused]:bg-accent data-[focused]:text-on-accent'

/** The two days themselves, loaded with the first form that asks for some. */
export default function DayRangePicker({ label, help, error, value, onChange, latest, name }: DayRangeFieldProps) {
  return (
    <DateRangePicker
      data-field={name}
      value={value && { start: parseDate(value.from), end: parseDate(value.to) }}
      onChange={(range) => onChange(range && { from: range.start.toString(), to: range.end.toString() })}
      maxValue={latest ? parseDate(latest) : undefined}
      validationBehavior="aria"
      isInvalid={Boolean(error)}
      shouldForceLeadingZeros
      className="flex flex-col gap-1.5"
    >
      <FieldFrame label={label} help={help} error={error}>
        <Group
          className={cx(
            inputLook,
            'flex h-auto! min-h-9 w-fit! max-w-full flex-wrap items-center gap-1 pr-1 has-[:focus]:border-accent',
          )}
        >
          <DateInput slot="start" className="flex">
            {(segment) => <DateSegment segment={segment} className={segmentLook} />}
          </DateInput>
          <span aria-hidden className="px-1 text-faint">
            –
          </span>
          <DateInput slot="end" className="flex">
            {(segment) => <DateSegment segment={segment} className={segmentLook} />}
          </DateInput>
          <Button className="ml-2 grid size-7 place-items-center rounded-sm text-soft hover:bg-hover">
            <CalendarDays aria-hidden size={16} />
          </Button>
        </Group>
        <Popover className={popoverLook}>
          <Dialog className="p-4 outline-none">
            <RangeCalendar<CalendarDate>>
              <header className="flex items-center justify-between pb-3">
                <Button slot="previous" className="grid size-8 place-items-center rounded-md hover:bg-hover">
                  <ChevronLeft aria-hidden size={17} />
                </Button>
                <Heading className="font-semibold" />
                <Button slot="next" className="grid size-8 place-items-center rounded-md hover:bg-hover">
                  <ChevronRight aria-hidden size={17} />
                </Button>
              </header>
              <CalendarGrid className="border-separate border-spacing-y-0.5">
                <CalendarGridHeader>
                  {(day) => (
                    <CalendarHeaderCell className="size-9 text-sm font-normal text-faint">{day}</CalendarHeaderCell>
                  )}
                </CalendarGridHeader>
                <CalendarGridBody>
                  {(date) => (
                    <CalendarCell
                      date={date}
                      className="grid size-9 place-items-center rounded-md outline-none hover:bg-hover data-[selected]:rounded-none data-[selected]:bg-accent-soft data-[selection-start]:rounded-l-md! data-[selection-start]:bg-accent! data-[selection-start]:text-on-accent data-[selection-end]:rounded-r-md! data-[selection-end]:bg-accent! data-[selection-end]:text-on-accent data-[outside-month]:hidden data-[disabled]:text-faint data-[disabled]:opacity-50 data-[focus-visible]:outline-2 data-[focus-visible]:outline-accent"
                    />
                  )}
                </CalendarGridBody>
              </CalendarGrid>
            </RangeCalendar>
          </Dialog>
        </Popover>
      </FieldFrame>
    </DateRangePicker>
  )
}

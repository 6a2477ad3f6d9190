import { lazy, Suspense } from 'react'
import type { FrameProps } from './field.tsx'

const DayRangePicker = lazy(() => import('./day-range-picker.tsx'))

export interface Days {
  /** Days such as 2024-01-31, both included. */
  from: string
  to: string
}

export interface DayRangeFieldProps extends FrameProps {
  value: Days | null
  onChange(days: Days | null): void
  latest?: string
  /** Of the field in the definition, so that what is wrong with it is found. */
  name?: string
}

/** Two days, typed or picked. */
export function DayRangeField(props: DayRangeFieldProps) {
  return (
    <Suspense fallback={<span className="block h-16" />}>
      <DayRangePicker {...props} />
    </Suspense>
  )
}

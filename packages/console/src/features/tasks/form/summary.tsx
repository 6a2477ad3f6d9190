import { Card, Facts } from '../../../components/page.tsx'
import { useNow } from '../../../components/time/time.tsx'
import { offsetOf } from '../../../components/time/format-time.ts'
import { useMessages } from '../../../i18n/messages.tsx'
import { useTaskFormWords } from '../../../i18n/task-form.ts'
import { textIn } from '../../destinations/destination-values.ts'
import { scheduleWords } from '../schedule-words.ts'
import { FireTimes } from './fire-times.tsx'
import { toSchedule, type TaskValues } from './task-values.ts'
import { countOfDays } from './when-section.tsx'

/** What the form amounts to at this moment. */
export function Summary({ values, taskId }: { values: TaskValues; taskId?: number }) {
  const m = useMessages()
  const w = useTaskFormWords()
  const now = useNow(60_000)
  const days = countOfDays(values)
  const isRecurring = values.mode === 'recurring'
  const destination = values.where === 'saved' ? values.destination : textIn(values.newDestination, 'bucket')
  const prefix = values.where === 'new' ? textIn(values.newDestination, 'prefix') : ''
  return (
    <Card title={w.summary}>
      <p className="text-lg font-medium">
        {isRecurring ? scheduleWords(toSchedule(values), m) : m.task.oneTime}
        {!isRecurring && days !== undefined && `, ${w.daysWill(days)}`}
      </p>
      <p className="mb-3 text-sm text-soft">
        {values.timeZone} <span className="num">({offsetOf(now, values.timeZone)})</span>
      </p>
      <Facts
        facts={[
          [w.source, values.source || '–'],
          [w.destination, destination || '–'],
          [
            w.folder,
            <code
              key="folder"
              className="font-mono text-sm break-all"
            >{`${prefix ? `${prefix.replace(/\/$/, '')}/` : ''}reports/${taskId ?? '<id>'}/`}</code>,
          ],
        ]}
      />
      {isRecurring && <FireTimes values={values} taskId={taskId} />}
    </Card>
  )
}

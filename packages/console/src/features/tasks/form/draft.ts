import { emptyTask, type TaskValues } from './task-values.ts'
import { myTimeZone } from '../../../components/time/format-time.ts'

/** What was entered and not saved, for as long as the tab lives; never the secret. */

const KEY = 'datahub.draft'

export function keepDraft(values: TaskValues): void {
  const { newDestination } = values
  const fields = { ...newDestination.fields, secretAccessKey: '' }
  const safe = { ...values, newDestination: { ...newDestination, fields } }
  try {
    sessionStorage.setItem(KEY, JSON.stringify(safe))
  } catch {
    // Forbidden storage: there is no draft
  }
}

export function readDraft(): TaskValues | undefined {
  try {
    const text = sessionStorage.getItem(KEY)
    if (text === null) return undefined
    const empty = emptyTask(myTimeZone())
    const draft = JSON.parse(text) as TaskValues
    return { ...empty, ...draft, newDestination: { ...empty.newDestination, ...draft.newDestination } }
  } catch {
    return undefined
  }
}

export function dropDraft(): void {
  sessionStorage.removeItem(KEY)
}

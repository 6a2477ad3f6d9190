import type { AlertNotice } from '@datahub/core/alert/alert'
import { statusWords } from '@datahub/core/execution/status'
import type { AlertTexts } from './alert-texts.ts'

const nouns = { source: 'data source', destination: 'destination', task: 'task' }
const tasks = (count: number) => (count === 1 ? '1 task' : `${count} tasks`)

export const en: AlertTexts = {
  title: (notice) => {
    const place = placeOf(notice)
    if (notice.event === 'test') return 'Data Hub: test message'
    if (notice.event === 'recovered') return `Recovered: ${place}`
    const about = {
      failing: `Failing: ${place}`,
      late: `Late: ${place}`,
      connection: `Connection test failed: ${place}`,
      paused: `Paused by itself: ${place}`,
    }[notice.kind]
    return notice.event === 'reminder' ? `Still ${about[0]?.toLowerCase()}${about.slice(1)}` : about
  },
  summary: ({ event, kind, message }) => {
    if (event === 'test') return 'This is a test. Whoever reads it would be told of alerts here.'
    if (event === 'recovered') return kind === 'connection' ? 'The connection works again.' : 'It delivers again.'
    if (kind === 'paused')
      return `${message} It failed so often in a row that it waits for somebody now. What is missed stays owed: resuming delivers it.`
    if (kind === 'late')
      return message === '' ? 'Nothing was delivered by the time it was due.' : `Not delivered in time. ${message}`
    return message
  },
  cure: (_code, cure) => cure,
  labels: {
    task: 'Task',
    more: 'And',
    code: 'Code',
    cure: 'What to do',
    since: 'Since',
    workspace: 'Workspace',
    open: 'Open',
  },
  moreTasks: (count) => `${tasks(count)} more`,
  status: (status) => `${statusWords(status)} (${status})`,
  notBegun: 'not begun',
  colon: ': ',
}

function placeOf({ place, tasks: named, taskCount }: AlertNotice): string {
  const [first] = named
  const name = taskCount === 1 && first ? `task "${first.name}"` : `${nouns[place.noun]} "${place.name}"`
  return taskCount > 1 ? `${name}, ${tasks(taskCount)}` : name
}

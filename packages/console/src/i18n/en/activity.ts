import { plural } from '../plural.ts'

export const activity = {
  title: 'Activity',
  lead: 'Who did what, in the order in which it happened. The log is a chain: what is changed in it shows.',
  none: 'Nothing has happened yet',
  noMatch: 'Nothing matches these filters',
  at: 'When',
  actor: 'Who',
  action: 'What',
  subject: 'To what',
  outcome: 'Outcome',
  done: 'Done',
  begun: 'Begun',
  failed: 'Failed:',
  from: 'From',
  details: 'Before and after',
  before: 'Before',
  after: 'After',
  nobody: 'nobody',
  kinds: { user: 'User', token: 'API token', nobody: 'Not signed in', 'setup-link': 'Setup link', hub: 'By itself' },
  changed: 'Changed fields',
  fresh: (count: number) => plural(count, 'new entry', 'new entries'),
  show: 'Show',
  showOnly: { executions: 'Executions', changes: 'Changes and tests' },
  filterActor: 'Filter by who: the name of a user or token',
  filterAction: 'Filter by operation or noun, such as task.run or task',
  verify: 'Verify the log',
  sound: (entries: number) => `The log is as it was written: ${entries} entries`,
  broken: (id: number) => `Entry ${id} is not what was written`,
}

export type ActivityMessages = typeof activity

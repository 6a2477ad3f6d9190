import { plural } from '../plural.ts'

export const backfill = {
  one: (id: number) => `Backfill ${id}`,
  titleOf: (task: string) => `Backfill ${task}`,
  range: 'Report data range',
  only: 'Which ranges',
  onlyOf: {
    missing: 'Missing only',
    'missing-and-failed': 'Missing and failed',
    all: 'Everything again',
  },
  onlyHint: {
    missing: 'What was never delivered.',
    'missing-and-failed': 'What was never delivered, and what failed.',
    all: 'Consumers will see newer packages for ranges that they have.',
  },
  chunk: 'One package per',
  parallel: 'At a time',
  newestFirst: 'Newest first',
  preview: 'What will be delivered',
  selected: (count: number) => plural(count, 'package'),
  days: (count: number) => plural(count, 'day'),
  nothing: 'There is nothing to deliver in this range.',
  about: 'About',
  atPace: 'at the pace of the last executions; scheduled executions keep priority',
  start: (count: number) => `Start backfill of ${plural(count, 'package')}`,
  started: (id: number) => `Backfill ${id} is started`,
  progress: 'Progress',
  left: (count: number) => `${count} left`,
  eta: 'done in about',
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel backfill',
  cancelTitle: (id: number) => `Cancel backfill ${id}?`,
  cancelHint: (waiting: number) =>
    `What is under way ends; ${plural(waiting, 'range is', 'ranges are')} not delivered. Another backfill can deliver them later.`,
  retry: (count: number) => `Retry failed (${count})`,
  waiting: 'waiting',
  running: 'under way',
  delivered: 'sent',
  failed: 'failed',
  cell: (range: string, status: string) => `${range}: ${status}`,
  task: 'Task',
  ranges: 'Data ranges',
}

export type BackfillMessages = typeof backfill

import { plural } from '../plural.ts'

export const coverage = {
  title: 'Coverage',
  none: 'Nothing is due yet',
  noneHint: 'Ranges appear here as soon as they should have been delivered.',
  legend: 'Legend',
  hint: 'Arrow keys move, Shift selects, Enter opens, B delivers the selection; Page Up and Page Down lead to other times.',
  zone: (name: string) => `Days are cut in ${name}.`,
  hours: (count: number) => `${count} h`,
  week: (number: number) => `W${number}`,
  year: 'Year',
  newest: 'the last 12 months',
  nothingThen: 'Nothing was due in these days.',
  cut: 'There are older ranges than those shown: look at an earlier time.',
  of: (delivered: string, total: string) => `${delivered} of ${total} ranges sent`,
  backfillAll: (count: number) => `Backfill ${count} missing…`,
  backfillSelected: (count: number) => `Backfill ${plural(count, 'range')}…`,
  openExecution: 'Open execution',
  earlier: 'Earlier',
  later: 'Later',
  chosen: 'Selected range',
}

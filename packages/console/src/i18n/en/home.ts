import { plural } from '../plural.ts'

export const home = {
  title: 'Home',
  needsAction: (count: number) => `Needs action (${count})`,
  allGood: 'All tasks deliver',
  allGoodHint: (count: number) => `${plural(count, 'task')} on time. Nothing waits for you.`,
  onTime: 'on time',
  needAction: 'need action',
  paused: 'paused',
  underWay: 'under way',
  tasksWith: (count: number) => plural(count, 'task'),
  since: 'since',
  open: 'See the execution',
  fix: 'Fix the destination',
  missing: (count: number) => `${plural(count, 'range')} missing`,
  next: 'Next executions',
  latest: 'Latest executions',
  welcome: 'Welcome to Data Hub',
  steps: {
    source: 'Connect a data source',
    sourceHint: 'A database, files, an API, or the built-in sample data.',
    destination: 'Add a destination',
    destinationHint: 'The bucket that packages are delivered into.',
    task: 'Create a task',
    taskHint: 'Every day at 03:00, or once for the last months.',
    done: 'done',
  },
}

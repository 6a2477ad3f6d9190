import { Command } from 'commander'
import { asReference, asWholeNumber } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { backfillTable } from './backfill-view.ts'

interface Options {
  readonly task?: string
  readonly limit: number
}

export function listBackfills(world: World): Command {
  const command = new Command('list')
    .summary('List backfills, the newest first')
    .description('List backfills, the newest first; one-time tasks are among them.')
    .option('--task <task>', 'only those of this task, by id or name', asReference)
    .option('--limit <count>', 'how many', asWholeNumber(1, 1000), 50)
    .action(async ({ task, limit }: Options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const backfills = await hub.backfill.list({ limit, ...(task === undefined ? {} : { task }) })
      print.list(backfills, 'No backfill yet.', (paint) => backfillTable(backfills, paint))
    })
  return withExamples(command, [['datahub backfill list --task 161', 'those of a task']])
}

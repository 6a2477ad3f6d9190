import { BACKFILL_ONLY, type BackfillOnly } from '@datahub/core/task/backfill'
import { CHUNKS, type Chunk } from '@datahub/core/task/chunks'
import { Command, Option } from 'commander'
import { asDay, asReference, asWholeNumber } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { backfillBlock, planPage } from './backfill-view.ts'
import { failUnlessDelivered, followBackfill } from './follow-backfill.ts'

interface Options {
  readonly from: string
  readonly to: string
  readonly chunk: Chunk
  readonly only: BackfillOnly
  readonly parallel: number
  readonly newestFirst?: boolean
  readonly dryRun?: boolean
  readonly wait?: boolean
}

export function startBackfill(world: World): Command {
  const command = new Command('start')
    .summary('Deliver a past range in chunks')
    .description(
      'Deliver a past range in chunks, some at a time. One that fails does not stop the rest, and scheduled executions go first. What is under way already is left alone.',
    )
    .argument('<task>', 'its id or name', asReference)
    .requiredOption('--from <day>', "the first day, in the task's time zone", asDay)
    .requiredOption('--to <day>', 'the last day, included', asDay)
    .addOption(new Option('--chunk <size>', 'one package per').choices(CHUNKS).default('day'))
    .addOption(new Option('--only <which>', 'which of them').choices(BACKFILL_ONLY).default('missing-and-failed'))
    .option('--parallel <count>', 'how many at a time', asWholeNumber(1, 32), 4)
    .option('--newest-first', 'begin with the last chunk')
    .option('--dry-run', 'only show what would be delivered, and what it will probably take')
    .option('--wait', 'follow it to its end; Ctrl-C stops watching, not the work')
    .action(async (task: string, options: Options, command: Command) => {
      const { from, to, chunk, only, parallel, newestFirst = false, dryRun = false } = options
      const { hub, print } = await openSession(world, command)
      const plan = await hub.backfill.start({ task, from, to, chunk, only, parallel, newestFirst, dryRun })
      const { backfill } = plan
      if (!backfill) {
        print.result(plan, (paint) => planPage(plan, paint))
        if (!dryRun) print.note('There is nothing to deliver: nothing was started.')
        return
      }
      if (!options.wait) {
        print.result(plan, (paint) => backfillBlock(backfill, paint))
        print.note(`It goes on in the hub. Follow it with: datahub backfill watch ${backfill.id}`)
        return
      }
      const ended = await followBackfill(world, hub, backfill.id, print)
      print.result(ended, (paint) => backfillBlock(ended, paint))
      failUnlessDelivered(ended)
    })
  return withExamples(command, [
    [
      'datahub backfill start 161 --from 2024-01-01 --to 2024-06-30 --chunk month --dry-run',
      'what is missing of half a year, by month, and how long it would take',
    ],
    ['datahub backfill start 161 --from 2024-01-01 --to 2024-06-30 --chunk month --wait', 'deliver it'],
    ['datahub backfill start 161 --from 2024-01-01 --to 2024-06-30 --only missing', 'fill the gaps, day by day'],
  ])
}

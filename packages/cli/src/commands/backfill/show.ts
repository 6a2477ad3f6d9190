import { Command } from 'commander'
import { asId } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { backfillPage } from './backfill-view.ts'

export function showBackfill(world: World): Command {
  const command = new Command('show')
    .summary('Show a backfill, range by range')
    .description('Show a backfill, range by range.')
    .argument('<id>', 'its id', asId)
    .action(async (id: number, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const backfill = await hub.backfill.get({ id })
      print.result(backfill, (paint) => backfillPage(backfill, paint))
    })
  return withExamples(command, [['datahub backfill show 17', 'what has become of each range']])
}

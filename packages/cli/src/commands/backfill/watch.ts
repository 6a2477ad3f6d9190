import { Command } from 'commander'
import { asId } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { backfillBlock } from './backfill-view.ts'
import { failUnlessDelivered, followBackfill } from './follow-backfill.ts'

export function watchBackfill(world: World): Command {
  const command = new Command('watch')
    .summary('Follow a backfill to its end')
    .description('Follow a backfill to its end. It exits 0 only when every range was delivered.')
    .argument('<id>', 'its id', asId)
    .action(async (id: number, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const ended = await followBackfill(world, hub, id, print)
      print.result(ended, (paint) => backfillBlock(ended, paint))
      failUnlessDelivered(ended)
    })
  return withExamples(command, [['datahub backfill watch 17', 'Ctrl-C stops watching, not the work']])
}

import { Command } from 'commander'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { keyTable } from './key-view.ts'

export function showKeys(world: World): Command {
  const command = new Command('show')
    .summary('Show which keys have sealed the stored secrets')
    .description('Show the keys that have sealed the stored secrets, by their ids, and how many each. Never a key.')
    .action(async (_options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const keys = await hub.key.list()
      print.result(keys, (paint) => keyTable(keys, paint))
    })
  return withExamples(command, [['datahub key show', 'whether an old key is still needed']])
}

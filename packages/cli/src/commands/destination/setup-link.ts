import { Command } from 'commander'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function makeSetupLink(world: World): Command {
  const command = new Command('setup-link')
    .summary('Let the customer enter bucket and keys')
    .description(
      'Make a code with which the engineer of the customer enters the bucket and the keys of a destination, once, without an account. It is shown this once and works for 72 hours.',
    )
    .argument('<destination>', 'the destination that it creates, or gives new keys to')
    .option('--region <region>', 'where the bucket has to be')
    .option('--bucket <bucket>', 'its name, where it is known')
    .action(async (destination: string, preset: { region?: string; bucket?: string }, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const made = await hub.setupLink.create({ destination, ...preset })
      print.result(made, () => made.code)
      print.note(`Setup link ${made.id} for "${destination}" works until ${made.expiresAt}, and once.`)
    })
  return withExamples(command, [['datahub destination setup-link acme --region eu-west-1', 'for a destination to be']])
}

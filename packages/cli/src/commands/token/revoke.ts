import { Command } from 'commander'
import { asId } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function revokeToken(world: World): Command {
  const command = new Command('revoke')
    .summary('Revoke an API token')
    .description('Revoke an API token: from now on the hub refuses it.')
    .argument('<id>', 'its id, from "datahub token list"', asId)
    .action(async (id: number, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      await hub.token.revoke({ id })
      print.result({ id, revoked: true }, () => `Revoked token ${id}.`)
    })
  return withExamples(command, [['datahub token revoke 3', 'when it was lost, or is used no more']])
}

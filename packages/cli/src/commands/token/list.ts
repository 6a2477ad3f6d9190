import { Command } from 'commander'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import { table } from '../../table.ts'
import { timeIn } from '../../time.ts'
import type { World } from '../../world.ts'

export function listTokens(world: World): Command {
  const command = new Command('list')
    .summary('List the API tokens')
    .description('List the API tokens of the workspace: what each may, and when it was last used.')
    .action(async (_options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const tokens = await hub.token.list()
      print.list(tokens, 'No token.', (paint) =>
        table(
          tokens,
          [
            { title: 'ID', value: (token) => token.id, align: 'right' },
            { title: 'NAME', value: (token) => token.name },
            { title: 'TOKEN', value: (token) => token.hint },
            { title: 'MAY', value: ({ role, only }) => (only ? `${role}: ${only.join(', ')}` : role) },
            { title: 'CREATED', value: (token) => timeIn('UTC', token.createdAt) },
            { title: 'EXPIRES', value: (token) => timeIn('UTC', token.expiresAt) ?? 'never' },
            { title: 'LAST USED', value: (token) => timeIn('UTC', token.lastUsedAt) },
          ],
          paint,
        ),
      )
    })
  return withExamples(command, [['datahub token list', 'who has access, and when it was last used']])
}

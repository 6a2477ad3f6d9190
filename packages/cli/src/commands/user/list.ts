import { Command } from 'commander'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import { table } from '../../table.ts'
import { timeIn } from '../../time.ts'
import type { World } from '../../world.ts'

export function listUsers(world: World): Command {
  const command = new Command('list')
    .summary('List the users')
    .description('List the users of the workspace.')
    .action(async (_options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const users = await hub.user.list()
      print.list(users, 'No user.', (paint) =>
        table(
          users,
          [
            { title: 'ID', value: (user) => user.id, align: 'right' },
            { title: 'E-MAIL', value: (user) => user.email },
            { title: 'ROLE', value: (user) => (user.isDisabled ? `${user.role} (disabled)` : user.role) },
            { title: 'SIGNS IN BY', value: (user) => user.signsInBy.join(', ') || 'invited' },
            { title: 'LAST SIGN-IN', value: (user) => timeIn('UTC', user.lastSignInAt) },
          ],
          paint,
        ),
      )
    })
  return withExamples(command, [['datahub user list', 'who has access, and as what']])
}

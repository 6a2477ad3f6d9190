import type { MeView } from '@datahub/core/api/access-shapes'
import { Command } from 'commander'
import { withExamples } from '../help.ts'
import { openSession } from '../session.ts'
import type { Paint } from '../style.ts'
import { block, table } from '../table.ts'
import type { World } from '../world.ts'

export function whoami(world: World): Command {
  const command = new Command('whoami')
    .summary('Say whose token it is, in which workspace, and what it may')
    .description(
      'Say whose token is used, in which workspace commands are carried out, and which other ones may be named with --workspace.',
    )
    .action(async (_options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const me = await hub.session.me()
      print.result(me, (paint) => identityText(me, paint))
    })
  return withExamples(command, [
    ['datahub whoami', 'before a command that changes something'],
    ['datahub whoami --workspace team-ads', 'what may I there?'],
  ])
}

function identityText(me: MeView, paint: Paint): string {
  const lines = block(
    [
      ['token', me.token?.name ?? me.user?.email ?? 'none'],
      ['workspace', me.workspace?.name ?? 'none'],
      ['role', me.isHubAdmin ? `${me.role}, and runs the hub` : (me.role ?? 'none')],
    ],
    paint,
  )
  const workspaces = table(
    me.workspaces,
    [
      { title: 'MAY ENTER', value: ({ name }) => name },
      { title: 'AS', value: ({ role }) => role },
      { title: '', value: ({ name }) => (name === me.workspace?.name ? 'this one' : '') },
    ],
    paint,
  )
  return me.workspaces.length > 1 ? `${lines}\n\n${workspaces}` : lines
}

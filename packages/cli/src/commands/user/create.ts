import { ROLES, type Role } from '@datahub/core/access/role'
import { Command, Option } from 'commander'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { invitationNote } from './invitation-note.ts'

export function createUser(world: World): Command {
  const command = new Command('create')
    .summary('Add a user to the workspace')
    .description('Add a user to the workspace. One who is new to the hub gets an invitation, shown this once.')
    .argument('<email>', 'their e-mail address')
    .option('--name <name>', 'their name (default: the e-mail address)')
    .addOption(new Option('--role <role>', 'what they may').choices(ROLES).default('viewer'))
    .action(async (email: string, options: { name?: string; role: Role }, command: Command) => {
      await addUser(world, command, email, options)
    })
  return withExamples(command, [['datahub user create ann@example.com --role operator', 'then send her the code']])
}

/** For the machine of the hub: its own token may always do this. */
export function createAdmin(world: World): Command {
  const command = new Command('create')
    .summary('Add an administrator')
    .description('Add an administrator, with the token of this machine: also when nobody else can sign in any more.')
    .argument('<email>', 'their e-mail address')
    .option('--name <name>', 'their name (default: the e-mail address)')
    .action(async (email: string, options: { name?: string }, command: Command) => {
      await addUser(world, command, email, { ...options, role: 'admin' })
    })
  return withExamples(command, [['datahub admin create ada@example.com', 'when nobody is left who can let others in']])
}

async function addUser(
  world: World,
  command: Command,
  email: string,
  { name = email, role }: { name?: string; role: Role },
): Promise<void> {
  const { hub, print } = await openSession(world, command)
  const made = await hub.user.create({ email, name, role })
  print.result(made, () => made.invitation?.code ?? `${made.email} is ${made.role} now.`)
  if (made.invitation) print.note(invitationNote(made.email, made.invitation.expiresAt))
}

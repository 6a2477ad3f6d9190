import { ROLES, type Role } from '@datahub/core/access/role'
import { Argument, Command } from 'commander'
import { asId } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function setRole(world: World): Command {
  const command = new Command('role')
    .summary('Give a user another role')
    .description('Give a user another role in the workspace; it counts from their next request on.')
    .argument('<id>', 'the user, from "datahub user list"', asId)
    .addArgument(new Argument('<role>', 'what they may').choices(ROLES))
    .action(async (id: number, role: Role, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const user = await hub.user.setRole({ id, role })
      print.result(user, () => `${user.email} is ${user.role} now.`)
    })
  return withExamples(command, [['datahub user role 3 viewer', 'who may only look from now on']])
}

export function disableUser(world: World): Command {
  const command = new Command('disable')
    .summary('Disable a user')
    .description('End all sessions of a user; they cannot sign in any more.')
    .argument('<id>', 'the user, from "datahub user list"', asId)
    .action(async (id: number, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const user = await hub.user.disable({ id })
      print.result(user, () => `${user.email} is disabled.`)
    })
  return withExamples(command, [['datahub user disable 3', 'who has left']])
}

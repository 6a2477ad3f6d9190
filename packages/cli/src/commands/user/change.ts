import { ROLES, type Role } from '@datahub/core/access/role'
import { Argument, Command } from 'commander'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { WHICH_USER, whichUser } from './which-user.ts'

export function setRole(world: World): Command {
  const command = new Command('role')
    .summary('Give a user another role')
    .description('Give a user another role in the workspace; it counts from their next request on.')
    .argument('<user>', WHICH_USER)
    .addArgument(new Argument('<role>', 'what they may').choices(ROLES))
    .action(async (reference: string, role: Role, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const user = await hub.user.setRole({ id: await whichUser(hub, reference), role })
      print.result(user, () => `${user.email} is ${user.role} now.`)
    })
  return withExamples(command, [['datahub user role ann@example.com viewer', 'who may only look from now on']])
}

export function disableUser(world: World): Command {
  const command = new Command('disable')
    .summary('Disable a user')
    .description('End all sessions of a user; they cannot sign in any more, to no workspace.')
    .argument('<user>', WHICH_USER)
    .action(async (reference: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const user = await hub.user.disable({ id: await whichUser(hub, reference) })
      print.result(user, () => `${user.email} is disabled.`)
    })
  return withExamples(command, [['datahub user disable ann@example.com', 'who has left']])
}

export function enableUser(world: World): Command {
  const command = new Command('enable')
    .summary('Let a disabled user sign in again')
    .description('Let a disabled user sign in again, with the password and the roles they had.')
    .argument('<user>', WHICH_USER)
    .action(async (reference: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const user = await hub.user.enable({ id: await whichUser(hub, reference) })
      print.result(user, () => `${user.email} may sign in again, as ${user.role}.`)
    })
  return withExamples(command, [['datahub user enable ann@example.com', 'who is back']])
}

export function removeUser(world: World): Command {
  const command = new Command('remove')
    .summary('Remove a user from the workspace')
    .description('Remove a user from the workspace. Other workspaces of theirs stay; "disable" ends them all.')
    .argument('<user>', WHICH_USER)
    .action(async (reference: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const id = await whichUser(hub, reference)
      await hub.user.remove({ id })
      print.result({ id, removed: true }, () => `Removed ${reference} from the workspace.`)
    })
  return withExamples(command, [
    ['datahub user remove ann@example.com --workspace team-ads', 'who works for another team now'],
  ])
}

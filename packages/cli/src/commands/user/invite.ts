import { Command } from 'commander'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { invitationNote } from './invitation-note.ts'
import { WHICH_USER, whichUser } from './which-user.ts'

export function inviteUser(world: World): Command {
  const command = new Command('invite')
    .summary('Make a code with which a user sets a new password')
    .description(
      'Make a code with which a user of the workspace sets a new password: who has forgotten theirs, or has let the last code run out. It is shown this once and works for 72 hours; codes from before work no more. The password and the sessions they have go on until it is used.',
    )
    .argument('<user>', WHICH_USER)
    .action(async (reference: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const invitation = await hub.user.invite({ id: await whichUser(hub, reference) })
      print.result(invitation, () => invitation.code)
      print.note(invitationNote(reference, invitation.expiresAt))
    })
  return withExamples(command, [['datahub user invite ann@example.com', 'then send her the code']])
}

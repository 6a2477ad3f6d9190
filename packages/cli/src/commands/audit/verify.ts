import { EXIT } from '@datahub/core/error/codes'
import { Command } from 'commander'
import { Exit } from '../../exit-code.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function verifyAudit(world: World): Command {
  const command = new Command('verify')
    .summary('Check that the audit log is as it was written')
    .description('Go through the chain of hashes of the whole audit log. Exit 1 when it is broken.')
    .action(async (_options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const verdict = await hub.audit.verify()
      print.result(verdict, () =>
        verdict.ok
          ? `All ${verdict.entries} entries are as they were written. Newest hash ${verdict.head ?? '-'}`
          : `Entry ${verdict.brokenAt} is not what was written; the ${verdict.entries} before it are.`,
      )
      if (!verdict.ok) throw new Exit(EXIT.failed)
    })
  return withExamples(command, [['datahub audit verify', 'keep the newest hash elsewhere: it proves all before it']])
}

import { Command } from 'commander'
import { asReference } from '../../arguments.ts'
import { showCheck } from '../../check-stream.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function testSource(world: World): Command {
  const command = new Command('test')
    .summary('Try the sign-in and every report')
    .description('Try the sign-in of a data source and every report of it, step by step. Exits 6 when it fails.')
    .argument('<name>', 'its name', asReference)
    .action(async (name: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      await showCheck(() => hub.source.test({ name }), print, `test data source "${name}"`)
    })
  return withExamples(command, [['datahub source test market_insight', 'whether it can be read, report by report']])
}

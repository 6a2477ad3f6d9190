import { EXIT } from '@datahub/core/error/codes'
import { Command } from 'commander'
import { asReference } from '../../arguments.ts'
import { checkLines, headlineText } from '../../check-lines.ts'
import { Exit } from '../../exit-code.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function testSource(world: World): Command {
  const command = new Command('test')
    .summary('Try the sign-in and every report')
    .description('Try the sign-in of a data source and every report of it. Exits 6 when it fails.')
    .argument('<name>', 'its name', asReference)
    .action(async (name: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const tested = await hub.source.test({ name })
      print.result(tested, (paint) =>
        [
          ...tested.steps.map(({ remedy, ...step }) =>
            checkLines(remedy === undefined ? step : { ...step, remedy }, paint),
          ),
          headlineText(tested.ok, tested.headline, paint),
        ].join('\n'),
      )
      if (!tested.ok) throw new Exit(EXIT.testFailed)
    })
  return withExamples(command, [['datahub source test market_insight', 'whether it can be read, report by report']])
}

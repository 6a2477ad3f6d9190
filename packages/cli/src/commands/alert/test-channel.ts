import { EXIT } from '@datahub/core/error/codes'
import { Command } from 'commander'
import { asReference } from '../../arguments.ts'
import { Exit } from '../../exit-code.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import { visible } from '../../style.ts'
import type { World } from '../../world.ts'

export function testChannel(world: World): Command {
  const command = new Command('test')
    .summary('Send a test message')
    .description('Send a test message at once, and say what the receiver answered. Exits 6 when it did not take it.')
    .argument('<name>', 'its name', asReference)
    .action(async (name: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const trial = await hub.alertChannel.test({ channel: name })
      const { ok, answer, failure } = trial
      print.result(trial, (paint) =>
        ok
          ? `${paint('green', 'Sent.')} The receiver answered: ${visible(answer ?? '')}`
          : `${paint('red', 'Not sent.')} ${visible(failure?.message ?? '')}\nTry: ${failure?.cure ?? ''}`,
      )
      if (!ok) throw new Exit(EXIT.testFailed)
    })
  return withExamples(command, [['datahub alert channel test "on call"', 'whether it arrives']])
}

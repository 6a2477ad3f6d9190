import { Command } from 'commander'
import { asId } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { executionBlock } from './execution-view.ts'

export function cancelExecution(world: World): Command {
  const command = new Command('cancel')
    .summary('Cancel an execution')
    .description('Cancel an execution; too late once its package is delivered.')
    .argument('<id>', 'its id', asId)
    .action(async (id: number, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const execution = await hub.execution.cancel({ id })
      print.result(execution, (paint) => executionBlock(execution, paint))
    })
  return withExamples(command, [['datahub execution cancel 42', 'stop it, or its next attempt']])
}

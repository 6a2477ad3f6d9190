import { Command } from 'commander'
import { asId } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { executionBlock } from './execution-view.ts'

export function retryExecution(world: World): Command {
  const command = new Command('retry')
    .summary('Deliver the data range of an execution again')
    .description('Deliver the data range of an execution that is over again, as a new execution.')
    .argument('<id>', 'its id', asId)
    .action(async (id: number, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const execution = await hub.execution.retry({ id })
      print.result(execution, (paint) => executionBlock(execution, paint))
      print.note(`It goes on in the hub. Look again with: datahub execution show ${execution.id}`)
    })
  return withExamples(command, [['datahub execution retry 42', 'once what made it fail is mended']])
}

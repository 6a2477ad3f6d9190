import { Command } from 'commander'
import { asId } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { executionBlock } from './execution-view.ts'

export function showExecution(world: World): Command {
  const command = new Command('show')
    .summary('Show an execution with its files, attempts and log')
    .description('Show an execution with its files, attempts and log.')
    .argument('<id>', 'its id', asId)
    .action(async (id: number, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const execution = await hub.execution.get({ id })
      print.result(execution, (paint) => executionBlock(execution, paint))
    })
  return withExamples(command, [
    ['datahub execution show 42', 'what happened, and what to do if it failed'],
    ["datahub execution show 42 --json | jq -r '.files[].sha256'", 'the hashes of what was packed'],
  ])
}

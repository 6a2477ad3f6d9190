import { Command } from 'commander'
import { asReference } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { taskBlock } from './task-view.ts'

export function showTask(world: World): Command {
  const command = new Command('show')
    .summary('Show a task')
    .description('Show a task.')
    .argument('<task>', 'its id or name', asReference)
    .action(async (reference: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const task = await hub.task.get({ task: reference })
      print.result(task, (paint) => taskBlock(task, paint))
    })
  return withExamples(command, [
    ['datahub task show 161', 'by id'],
    ['datahub task show "Market insight daily"', 'by name'],
  ])
}

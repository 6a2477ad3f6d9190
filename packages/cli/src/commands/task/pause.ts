import { Command } from 'commander'
import { asReference } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { taskBlock } from './task-view.ts'

export function pauseTask(world: World): Command {
  const command = new Command('pause')
    .summary('Pause a task')
    .description('Pause a task: it fires no more; what is under way goes on.')
    .argument('<task>', 'its id or name', asReference)
    .action(async (reference: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const task = await hub.task.pause({ task: reference })
      print.result(task, (paint) => taskBlock(task, paint))
    })
  return withExamples(command, [['datahub task pause "Market insight daily"', 'stop delivering until it is resumed']])
}

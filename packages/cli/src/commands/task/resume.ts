import { Command, Option } from 'commander'
import { asReference } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { taskBlock } from './task-view.ts'

export function resumeTask(world: World): Command {
  const command = new Command('resume')
    .summary('Resume a paused task')
    .description('Resume a paused task; a one-time push that has not started starts now.')
    .argument('<task>', 'its id or name', asReference)
    .addOption(
      new Option('--missed <which>', 'what to deliver of the fire times missed meanwhile')
        .choices(['none', 'last', 'all'])
        .default(undefined, 'none, or all where it had paused by itself'),
    )
    .action(async (reference: string, { missed }: { missed?: 'none' | 'last' | 'all' }, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const task = await hub.task.resume({ task: reference, ...(missed ? { missed } : {}) })
      print.result(task, (paint) => taskBlock(task, paint))
    })
  return withExamples(command, [
    ['datahub task resume "Market insight daily"', 'deliver again from its next time on'],
    ['datahub task resume 161 --missed all', 'and what was missed while it was paused'],
  ])
}

import { Command } from 'commander'
import { asReference } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function removeTask(world: World): Command {
  const command = new Command('remove')
    .summary('Remove a task that never delivered')
    .description('Remove a task that never delivered. One that did keeps its history: pause it instead.')
    .argument('<task>', 'its id or name', asReference)
    .action(async (reference: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const task = await hub.task.get({ task: reference })
      await hub.task.remove({ task: String(task.id) })
      print.result({ id: task.id, name: task.name, removed: true }, () => `Removed task "${task.name}" #${task.id}.`)
    })
  return withExamples(command, [['datahub task remove "Market insight try"', 'one that was made by mistake']])
}

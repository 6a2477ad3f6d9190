import { Command } from 'commander'
import { asReference } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function removeTask(world: World): Command {
  const command = new Command('remove')
    .summary('Remove a task')
    .description(
      'Remove a task. One that has been run goes with its history, and only when its name is given again; what it delivered stays in the bucket.',
    )
    .argument('<task>', 'its id or name', asReference)
    .option('--confirm <name>', 'its name: remove its history, too')
    .action(async (reference: string, { confirm }: { confirm?: string }, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const task = await hub.task.get({ task: reference })
      await hub.task.remove({ params: { task: String(task.id) }, query: confirm === undefined ? {} : { confirm } })
      print.result({ id: task.id, name: task.name, removed: true }, () => `Removed task "${task.name}" #${task.id}.`)
    })
  return withExamples(command, [
    ['datahub task remove "Market insight try"', 'one that was made by mistake'],
    ['datahub task remove 161 --confirm "Market insight daily"', 'one that has delivered, and its history'],
  ])
}

import type { TaskDefinition } from '@datahub/core/task/definition'
import { Command } from 'commander'
import { stringify } from 'yaml'
import { asReference } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function exportTasks(world: World): Command {
  const command = new Command('export')
    .summary('Print tasks as a file that apply takes')
    .description(
      'Print tasks as YAML, as "datahub apply" takes it: to keep them in a file, or to make others like them.',
    )
    .argument('<tasks...>', 'their ids or names', (text: string, before?: string[]) => [
      ...(before ?? []),
      asReference(text),
    ])
    .action(async (references: string[], _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const tasks: TaskDefinition[] = []
      for (const task of references) tasks.push(await hub.task.definition({ task }))
      print.result({ tasks }, () => stringify({ tasks }).trimEnd())
    })
  return withExamples(command, [
    ['datahub task export 161 > daily.yaml', 'a task as a file'],
    ['datahub task export 161 | sed "s/name: .*/name: Copy/" | datahub apply -f -', 'another one like it'],
  ])
}

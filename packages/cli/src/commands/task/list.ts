import { Command } from 'commander'
import { withExamples } from '../../help.ts'
import { everyPage } from '../../pages.ts'
import { openSession } from '../../session.ts'
import { table } from '../../table.ts'
import { timeIn } from '../../time.ts'
import type { World } from '../../world.ts'
import { lastWords, timingWords, zoneOf } from './task-view.ts'

export function listTasks(world: World): Command {
  const command = new Command('list')
    .summary('List the tasks')
    .description('List the tasks.')
    .action(async (_options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const tasks = await everyPage((cursor) => hub.task.list({ limit: 1000, ...cursor }))
      print.list(tasks, 'No task yet. Define some in a file and run: datahub apply -f hub.yaml', (paint) =>
        table(
          tasks,
          [
            { title: 'ID', value: (task) => task.id, align: 'right' },
            { title: 'NAME', value: (task) => task.name },
            { title: 'STATUS', value: (task) => task.status },
            { title: 'SOURCE', value: (task) => task.source },
            { title: 'DESTINATION', value: (task) => task.destination },
            { title: 'WHEN', value: timingWords },
            { title: 'NEXT', value: (task) => timeIn(zoneOf(task), task.nextFireAt) },
            { title: 'LAST EXECUTION', value: lastWords },
          ],
          paint,
        ),
      )
    })
  return withExamples(command, [
    ['datahub task list', 'all tasks, and when they run next'],
    [`datahub task list --json | jq -r '.[] | select(.status == "failed") | .name'`, 'the names of those that failed'],
  ])
}

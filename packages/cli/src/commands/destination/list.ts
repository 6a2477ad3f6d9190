import { Command } from 'commander'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import { table } from '../../table.ts'
import { timeIn } from '../../time.ts'
import { testedText } from '../../tested-text.ts'
import type { World } from '../../world.ts'

export function listDestinations(world: World): Command {
  const command = new Command('list')
    .summary('List the destinations')
    .description('List the destinations.')
    .action(async (_options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const destinations = await hub.destination.list()
      print.list(destinations, 'No destination yet. Define one in a file and run: datahub apply -f hub.yaml', (paint) =>
        table(
          destinations,
          [
            { title: 'NAME', value: (destination) => destination.name },
            { title: 'KIND', value: (destination) => destination.kind },
            {
              title: 'WHERE',
              value: ({ bucket, path }) => (typeof (bucket ?? path) === 'string' ? String(bucket ?? path) : null),
            },
            { title: 'TASKS', value: (destination) => String(destination.tasks), align: 'right' },
            { title: 'TESTED', value: ({ lastTest }) => testedText(lastTest) },
            { title: 'UPDATED', value: (destination) => timeIn('UTC', destination.updatedAt) },
          ],
          paint,
        ),
      )
    })
  return withExamples(command, [['datahub destination list', 'where packages may be delivered to']])
}

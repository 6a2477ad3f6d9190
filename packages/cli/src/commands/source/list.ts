import { Command } from 'commander'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import { table } from '../../table.ts'
import { timeIn } from '../../time.ts'
import { testedText } from '../../tested-text.ts'
import type { World } from '../../world.ts'
import { tableNames } from './report-names.ts'

export function listSources(world: World): Command {
  const command = new Command('list')
    .summary('List the data sources')
    .description('List the data sources.')
    .action(async (_options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const sources = await hub.source.list()
      print.list(sources, 'No data source yet. Define one in a file and run: datahub apply -f hub.yaml', (paint) =>
        table(
          sources,
          [
            { title: 'NAME', value: (source) => source.name },
            { title: 'KIND', value: (source) => source.kind },
            { title: 'REPORTS', value: tableNames },
            { title: 'TASKS', value: (source) => String(source.tasks), align: 'right' },
            { title: 'TESTED', value: ({ lastTest }) => testedText(lastTest) },
            { title: 'UPDATED', value: (source) => timeIn('UTC', source.updatedAt) },
          ],
          paint,
        ),
      )
    })
  return withExamples(command, [['datahub source list', 'the data sources and their reports']])
}

import { Command } from 'commander'
import { asReference } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { countOf } from '../../quantity.ts'
import { openSession } from '../../session.ts'
import { settingLines } from '../../settings-view.ts'
import { visible } from '../../style.ts'
import { block } from '../../table.ts'
import { timeIn } from '../../time.ts'
import { testedText } from '../../tested-text.ts'
import type { World } from '../../world.ts'
import { tableNames } from './report-names.ts'
import { schemaLines } from './schema-lines.ts'

export function showSource(world: World): Command {
  const command = new Command('show')
    .summary('Show a data source')
    .description('Show a data source, without its secrets.')
    .argument('<name>', 'its name', asReference)
    .action(async (reference: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const source = await hub.source.get({ name: reference })
      const schemas = await hub.source.schemas({ name: reference })
      print.result({ ...source, schemas }, (paint) => {
        const lines = block(
          [
            ['kind', source.kind],
            ...settingLines(source.connection),
            ['longest range', countOf(source.maxRangeDays, 'day')],
            ['reports', visible(tableNames(source))],
            ['schema changes', source.schemaChanges],
            ...schemaLines(schemas),
            ['tested', testedText(source.lastTest)],
            ['used by', countOf(source.tasks, 'task')],
            ['created', timeIn('UTC', source.createdAt) ?? undefined],
            ['updated', timeIn('UTC', source.updatedAt) ?? undefined],
          ],
          paint,
        )
        return `${paint('bold', visible(source.name))} #${source.id}\n${lines}`
      })
    })
  return withExamples(command, [['datahub source show market_insight', 'its settings and reports']])
}

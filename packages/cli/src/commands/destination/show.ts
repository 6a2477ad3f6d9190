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

export function showDestination(world: World): Command {
  const command = new Command('show')
    .summary('Show a destination')
    .description('Show a destination, without its secrets.')
    .argument('<name>', 'its name', asReference)
    .action(async (reference: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const destination = await hub.destination.get({ name: reference })
      const { id, name, kind, createdAt, updatedAt, lastTest, tasks, ...settings } = destination
      print.result(destination, (paint) => {
        const lines = block(
          [
            ['kind', kind],
            ...settingLines(settings),
            ['tested', testedText(lastTest)],
            ['used by', countOf(tasks, 'task')],
            ['created', timeIn('UTC', createdAt) ?? undefined],
            ['updated', timeIn('UTC', updatedAt) ?? undefined],
          ],
          paint,
        )
        return `${paint('bold', visible(name))} #${id}\n${lines}`
      })
    })
  return withExamples(command, [
    ['datahub destination show acme', 'its settings; a secret only says whether it is set'],
  ])
}

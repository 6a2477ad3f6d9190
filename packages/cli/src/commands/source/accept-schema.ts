import { Command } from 'commander'
import { asReference } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function acceptSchema(world: World): Command {
  const command = new Command('accept-schema')
    .summary('Let the next delivery take the columns that it finds')
    .description(
      'Let the next delivery take the columns that it finds, whatever the policy of the data source (schemaChanges). ' +
        'For deliveries that failed because columns had been removed or retyped.',
    )
    .argument('<name>', 'the name of the data source', asReference)
    .option('--table <table>', 'of one report (default: of all)')
    .action(async (name: string, { table }: { table?: string }, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const schemas = await hub.source.acceptSchema({ name, ...(table === undefined ? {} : { table }) })
      print.result(schemas, () => `The next delivery of ${table ?? `"${name}"`} takes the columns that it finds.`)
    })
  return withExamples(command, [['datahub source accept-schema market_insight', 'after a column was meant to go']])
}

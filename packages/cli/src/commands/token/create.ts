import { ROLES, type Role } from '@datahub/core/access/role'
import { Command, Option } from 'commander'
import { asOperations, asWholeNumber } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function createToken(world: World): Command {
  const command = new Command('create')
    .summary('Make an API token')
    .description('Make an API token of the workspace. It is shown this once: the hub keeps only its hash.')
    .argument('<name>', 'who or what will use it')
    .addOption(new Option('--role <role>', 'what it may').choices(ROLES).default('admin'))
    .option('--only <operations>', 'narrowed to these operations, between commas: task.run,task.list', asOperations)
    .option('--expires <days>', 'after how many days it ends (default: never)', asWholeNumber(1, 3650))
    .action(async (name: string, options: { role: Role; only?: string[]; expires?: number }, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const { role, only, expires } = options
      const made = await hub.token.create({
        name,
        role,
        ...(only === undefined ? {} : { only }),
        ...(expires === undefined ? {} : { expiresInDays: expires }),
      })
      print.result(made, () => made.token)
      print.note(`Keep it now: token ${made.id} "${made.name}" is not shown again.`)
    })
  return withExamples(command, [
    ['datahub token create "Airflow of team ads"', 'a token of its own for each user, so that one can be revoked'],
    ['datahub token create cron --role operator --only task.run --expires 90', 'as little as a job needs'],
    ['export DATAHUB_TOKEN=$(datahub token create laptop)', 'only the token goes to stdout'],
  ])
}

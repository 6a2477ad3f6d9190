import { Command, InvalidArgumentError } from 'commander'
import { asWholeNumber } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function limitWorkspace(world: World): Command {
  const command = new Command('limit')
    .summary('Limit how much of a workspace is worked on at a time')
    .description('Limit how many executions of a workspace are worked on at a time, so that it leaves room for others.')
    .argument('<name>', 'the workspace')
    .argument('<executions>', 'at a time, from 1 to 1000; none: as many as there are slots', asLimit)
    .action(async (name: string, parallel: number | null, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const workspace = await hub.workspace.setLimit({ name, parallel })
      print.result(workspace, () => `${workspace.name}: ${workspace.parallel ?? 'any number of'} executions at a time.`)
    })
  return withExamples(command, [['datahub workspace limit team-ads 4', 'who would fill all slots otherwise']])
}

function asLimit(text: string): number | null {
  if (text === 'none') return null
  try {
    return asWholeNumber(1, 1000)(text)
  } catch {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1000, or none.')
  }
}

import { Command } from 'commander'
import { asDay, asReference } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { coveragePage, fillCommand } from './coverage-view.ts'

interface Options {
  readonly from?: string
  readonly to?: string
}

export function showCoverage(world: World): Command {
  const command = new Command('coverage')
    .summary('Show what a task has delivered, day by day, and what is missing')
    .description(
      'Show a calendar of what a task should have delivered since its start, with what has become of each day, and the command that fills the gaps.',
    )
    .argument('<task>', 'its id or name', asReference)
    .option('--from <day>', "the first day, in the task's time zone", asDay)
    .option('--to <day>', 'the last day, included', asDay)
    .action(async (task: string, { from, to }: Options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const coverage = await hub.task.coverage({
        task,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      })
      print.result(coverage, (paint) => coveragePage(coverage, paint))
      const fill = fillCommand(coverage)
      if (fill) print.note(`Fill the gaps with: ${fill}`)
    })
  return withExamples(command, [
    ['datahub task coverage 161', 'a calendar of everything so far'],
    ['datahub task coverage 161 --from 2024-01-01 --to 2024-06-30', 'of half a year'],
    [`datahub task coverage 161 --json | jq '.gaps'`, 'the gaps alone'],
  ])
}

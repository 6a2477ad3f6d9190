import { Command } from 'commander'
import { asDay, asReference } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { usageError } from '../../problem.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { executionBlock } from '../execution/execution-view.ts'
import { failUnlessSent, followExecution } from '../execution/follow.ts'

interface Options {
  readonly wait?: boolean
  readonly from?: string
  readonly to?: string
}

export function runTask(world: World): Command {
  const command = new Command('run')
    .summary('Run a task now')
    .description(
      'Run a task now: for its latest data range, or for the days given. With --wait it exits 0 only when the package was sent (status 6).',
    )
    .argument('<task>', 'its id or name', asReference)
    .option('--wait', 'follow it to its end; Ctrl-C stops watching, not the work')
    .option('--from <day>', "the first day, in the task's time zone", asDay)
    .option('--to <day>', 'the last day, included', asDay)
    .action(async (reference: string, { wait, from, to }: Options, command: Command) => {
      if ((from === undefined) !== (to === undefined)) {
        throw usageError('--from and --to belong together.', 'Give both; for one day give it twice.')
      }
      const { hub, print } = await openSession(world, command)
      const days = from !== undefined && to !== undefined ? { from, to } : {}
      const started = await hub.task.run({ task: reference, ...days })
      if (!wait) {
        print.result(started, (paint) => executionBlock(started, paint))
        print.note(`It goes on in the hub. Look again with: datahub execution show ${started.id}`)
        return
      }
      const ended = await followExecution(world, hub, started, print)
      print.result(ended, (paint) => executionBlock(ended, paint))
      failUnlessSent(ended)
    })
  return withExamples(command, [
    ['datahub task run "Market insight daily"', 'start it and come back at once'],
    ['datahub task run 161 --wait', 'follow it, and know by the exit code whether it was sent'],
    ['datahub task run 161 --wait --from 2024-01-01 --to 2024-01-31', 'deliver January again, both days included'],
  ])
}

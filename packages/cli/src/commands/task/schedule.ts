import { Command } from 'commander'
import { asReference, asWholeNumber } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import { visible } from '../../style.ts'
import { table } from '../../table.ts'
import { rangeWords, timeIn } from '../../time.ts'
import type { World } from '../../world.ts'

export function showSchedule(world: World): Command {
  const command = new Command('schedule')
    .summary('Show when a task fires next')
    .description('Show when a recurring task fires next, and which data it will deliver then.')
    .argument('<task>', 'its id or name', asReference)
    .option('--next <count>', 'how many fire times', asWholeNumber(1, 100), 5)
    .action(async (task: string, { next }: { next: number }, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const schedule = await hub.task.schedule({ task, next })
      print.result(schedule, (paint) => {
        const times = table(
          schedule.fireTimes,
          [
            { title: 'FIRES AT', value: ({ fireAt }) => timeIn(schedule.timeZone, fireAt) },
            { title: 'DATA RANGE', value: ({ dataRange }) => rangeWords(dataRange) },
          ],
          paint,
        )
        return `${paint('bold', visible(schedule.task))} #${schedule.id}: ${schedule.words}\n\n${times}`
      })
    })
  return withExamples(command, [['datahub task schedule 161 --next 10', 'the next ten, each with its offset']])
}

import { EXIT } from '@datahub/core/error/codes'
import { Command } from 'commander'
import { Exit } from '../../exit-code.ts'
import { withExamples } from '../../help.ts'
import { usageError } from '../../problem.ts'
import { countOf } from '../../quantity.ts'
import { openSession, type Session } from '../../session.ts'
import type { World } from '../../world.ts'

const AT_ONCE = 500

export function moveTasks(world: World): Command {
  const command = new Command('move')
    .summary('Let tasks deliver to another destination')
    .description(
      'Let tasks deliver to another destination from now on. What was delivered stays where it is, with its sync log; in the new place the log begins anew. Exits 1 when a task could not be moved.',
    )
    .argument('[task...]', 'ids or names')
    .requiredOption('--to <destination>', 'the destination that they deliver to then')
    .option('--from <destination>', 'all tasks that deliver there')
    .action(async (references: string[], { to, from }: { to: string; from?: string }, command: Command) => {
      if (references.length > 0 === (from !== undefined))
        throw usageError(
          'Give either tasks or --from.',
          'Name the tasks, or the destination whose tasks are to be moved.',
        )
      const { hub, print } = await openSession(world, command)
      const tasks = from === undefined ? await named(hub, references) : await deliveringTo(hub, from)
      const changes = []
      for (let start = 0; start < tasks.length; start += AT_ONCE) {
        const ids = tasks.slice(start, start + AT_ONCE).map(({ id }) => id)
        changes.push(...(await hub.task.change({ action: 'move', tasks: ids, destination: to })))
      }
      const failed = changes.filter(({ problem }) => problem !== null)
      print.result(changes, () =>
        [
          ...failed.map(({ task, problem }) => `Task #${task}: ${problem?.detail} ${problem?.cure}`),
          `Moved ${countOf(changes.length - failed.length, 'task')} to "${to}".`,
        ].join('\n'),
      )
      if (failed.length > 0) throw new Exit(EXIT.failed)
    })
  return withExamples(command, [
    ['datahub task move 161 162 --to acme-new', 'these two'],
    ['datahub task move --from acme-old --to acme-new', 'all that deliver to acme-old'],
  ])
}

async function named(hub: Session['hub'], references: readonly string[]): Promise<{ id: number }[]> {
  const tasks = []
  for (const task of references) tasks.push(await hub.task.get({ task }))
  return tasks
}

async function deliveringTo(hub: Session['hub'], destination: string): Promise<{ id: number }[]> {
  await hub.destination.get({ name: destination })
  const tasks: { id: number }[] = []
  let cursor: string | undefined
  do {
    const page = await hub.task.list({ destination, limit: 1000, ...(cursor ? { cursor } : {}) })
    tasks.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return tasks
}

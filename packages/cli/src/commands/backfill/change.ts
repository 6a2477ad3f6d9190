import type { BackfillView } from '@datahub/core/api/backfill-shapes'
import { Command } from 'commander'
import { asId } from '../../arguments.ts'
import type { Hub } from '../../client.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { backfillBlock } from './backfill-view.ts'

export function pauseBackfill(world: World): Command {
  const what = 'Pause a backfill: what is under way goes on, nothing else begins'
  return change(world, 'pause', what, 'leave the source to others for a while', (hub, id) => hub.backfill.pause({ id }))
}

export function resumeBackfill(world: World): Command {
  return change(world, 'resume', 'Resume a paused backfill', 'go on', (hub, id) => hub.backfill.resume({ id }))
}

export function cancelBackfill(world: World): Command {
  const what = 'Cancel a backfill: what is under way is cancelled, nothing else begins'
  return change(world, 'cancel', what, 'stop it; what is delivered stays', (hub, id) => hub.backfill.cancel({ id }))
}

export function retryBackfill(world: World): Command {
  const what = 'Deliver the ranges of a backfill that failed again'
  return change(world, 'retry', what, 'once what made them fail is mended', (hub, id) => hub.backfill.retry({ id }))
}

function change(
  world: World,
  verb: string,
  what: string,
  why: string,
  ask: (hub: Hub, id: number) => Promise<BackfillView>,
): Command {
  const command = new Command(verb)
    .summary(what.split(':')[0] ?? what)
    .description(`${what}.`)
    .argument('<id>', 'its id', asId)
    .action(async (id: number, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const backfill = await ask(hub, id)
      print.result(backfill, (paint) => backfillBlock(backfill, paint))
    })
  return withExamples(command, [[`datahub backfill ${verb} 17`, why]])
}

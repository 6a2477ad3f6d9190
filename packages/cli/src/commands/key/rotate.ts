import { EXIT } from '@datahub/core/error/codes'
import { Command } from 'commander'
import { Exit } from '../../exit-code.ts'
import { withExamples } from '../../help.ts'
import { startLines } from '../../progress.ts'
import { openSession, type Session } from '../../session.ts'
import type { World } from '../../world.ts'
import { keyTable } from './key-view.ts'

const LOOK_EVERY_MS = 1000

export function rotateKey(world: World): Command {
  const command = new Command('rotate')
    .summary('Seal all stored secrets with a new key')
    .description(
      'Seal all stored secrets with a new key while deliveries go on: with the new DATAHUB_SECRET_KEY, or with a new key file that the hub makes. Interrupted, it goes on when it is run again. Exits 1 where a secret could not be opened.',
    )
    .action(async (_options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const keys = await whileShown(world, print.json, hub, hub.key.rotate())
      print.result(keys, (paint) => keyTable(keys, paint))
      const left = keys.filter(({ use, secrets }) => use !== 'seals' && secrets > 0)
      if (left.length > 0) {
        print.note('Some secrets do not open: they were altered, or their key is missing. Enter them again.')
        throw new Exit(EXIT.failed)
      }
      print.note(
        'Every secret is sealed with the new key. Back it up now. Keep old keys as long as backups of the database that need them; the hub itself does not any more.',
      )
    })
  return withExamples(command, [['datahub key rotate', 'when a key may have been seen, or once a year']])
}

/** Says how many secrets still wait, as long as `work` lasts. */
async function whileShown<T>(world: World, quiet: boolean, hub: Session['hub'], work: Promise<T>): Promise<T> {
  const lines = startLines(world, quiet)
  try {
    for (;;) {
      const over = await Promise.race([work.then(() => true), world.sleep(LOOK_EVERY_MS).then(() => false)])
      if (over) return await work
      const keys = await hub.key.list()
      const left = keys.filter(({ use }) => use === 'opens').reduce((sum, { secrets }) => sum + secrets, 0)
      lines.update({ bar: '', parts: [`${left} secrets left`], step: 'seal', fields: `left=${left}` })
    }
  } finally {
    lines.end()
  }
}

import { errorRegistry, searchErrors } from '@datahub/core/error/registry'
import { Command } from 'commander'
import { withExamples } from '../../help.ts'
import { printerFor } from '../../output.ts'
import { table } from '../../table.ts'
import type { World } from '../../world.ts'

/** Needs no hub: what the codes mean is in core. */
export function listErrors(world: World): Command {
  const command = new Command('list')
    .summary('List the error codes')
    .description('List the error codes of the hub and of storages, or those in which a word stands.')
    .argument('[word]', 'in code, meaning or action')
    .action((word: string | undefined, _options, command: Command) => {
      const found = word === undefined ? errorRegistry() : searchErrors(word)
      const print = printerFor(world, command.optsWithGlobals<{ json?: boolean }>().json ?? false)
      print.list(found, 'No error code matches.', (paint) =>
        table(
          found,
          [
            { title: 'CODE', value: (one) => one.code },
            { title: 'MEANING', value: (one) => one.meaning },
            { title: 'DO', value: (one) => one.action },
          ],
          paint,
        ),
      )
    })
  return withExamples(command, [['datahub error list kms', 'what can be wrong with the key of a bucket']])
}

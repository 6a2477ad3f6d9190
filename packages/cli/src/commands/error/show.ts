import { DataHubError } from '@datahub/core/error/data-hub-error'
import { nearest } from '@datahub/core/error/field-problems'
import { errorRegistry, findError } from '@datahub/core/error/registry'
import { Command } from 'commander'
import { withExamples } from '../../help.ts'
import { printerFor } from '../../output.ts'
import { block } from '../../table.ts'
import type { World } from '../../world.ts'
import { faultWords, retryWords } from './error-view.ts'

/** Needs no hub: what the codes mean is in core. */
export function showError(world: World): Command {
  const command = new Command('show')
    .summary('Say what an error code means')
    .description('Say what an error code means, who has to act, and what to do.')
    .argument('<code>', "a code of the hub's, or what a storage answered")
    .action((code: string, _options, command: Command) => {
      const found = findError(code)
      if (!found) {
        const near = nearest(
          code,
          errorRegistry().map((one) => one.code),
        )
        const hint = near
          ? `Did you mean "${near}"?`
          : 'Look for a word of the message with "datahub error list <word>".'
        throw new DataHubError('request.not_found', `find the error code "${code}"`, { hint })
      }
      printerFor(world, command.optsWithGlobals<{ json?: boolean }>().json ?? false).result(found, (paint) => {
        const lines = block(
          [
            ['meaning', found.meaning],
            ['do', found.action],
            ['who', faultWords(found)],
            ['tried again', retryWords(found)],
            ...(found.origin === 'storage' ? ([['hub code', found.hubCode]] as const) : []),
            ['exit code', String(found.exitCode)],
          ],
          paint,
        )
        return `${paint('bold', found.code)}\n${lines}`
      })
    })
  return withExamples(command, [
    ['datahub error show AccessDenied', 'what a storage answered'],
    ['datahub error show source.incomplete', 'a code of the hub'],
  ])
}

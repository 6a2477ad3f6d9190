import { headline, type CheckStep } from '@datahub/core/check/check-step'
import { EXIT } from '@datahub/core/error/codes'
import { Command } from 'commander'
import { asReference } from '../../arguments.ts'
import { checkLines, headlineText } from '../../check-lines.ts'
import { Exit } from '../../exit-code.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function testDestination(world: World): Command {
  const command = new Command('test')
    .summary('Test the connection, step by step')
    .description(
      'Test the connection of a destination step by step, with what a delivery does and no more rights. Exits 6 when it fails.',
    )
    .argument('<name>', 'its name', asReference)
    .action(async (name: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const steps: CheckStep[] = []
      try {
        for await (const { remedy, ...rest } of await hub.destination.test({ name })) {
          const step: CheckStep = remedy === undefined ? rest : { ...rest, remedy }
          steps.push(step)
          print.line(checkLines(step, print.paint))
        }
      } catch (error) {
        const { asStreamError } = await import('../../client.ts')
        throw asStreamError(error, `test destination "${name}"`)
      }
      const ok = steps.every((step) => step.verdict !== 'failed')
      print.result({ ok, headline: headline(steps), steps }, (paint) => headlineText(ok, headline(steps), paint))
      if (!ok) throw new Exit(EXIT.testFailed)
    })
  return withExamples(command, [
    ['datahub destination test acme', 'each step with its verdict and, where it failed, the remedy'],
    ['datahub destination test acme --json | jq .ok', 'true or false'],
  ])
}

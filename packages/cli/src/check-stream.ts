import { headline, type CheckStep } from '@datahub/core/check/check-step'
import { EXIT } from '@datahub/core/error/codes'
import { checkLines, headlineText } from './check-lines.ts'
import { Exit } from './exit-code.ts'
import type { Session } from './session.ts'

/** Prints the steps of a connection test as they come, then how it ended. Throws the exit code of one that failed. */
export async function showCheck(
  begin: () => Promise<AsyncIterable<CheckStep>>,
  print: Session['print'],
  doing: string,
): Promise<void> {
  const steps: CheckStep[] = []
  try {
    for await (const step of await begin()) {
      steps.push(step)
      print.line(checkLines(step, print.paint))
    }
  } catch (error) {
    const { asStreamError } = await import('./client.ts')
    throw asStreamError(error, doing)
  }
  const ok = steps.every((step) => step.verdict !== 'failed')
  print.result({ ok, headline: headline(steps), steps }, (paint) => headlineText(ok, headline(steps), paint))
  if (!ok) throw new Exit(EXIT.testFailed)
}

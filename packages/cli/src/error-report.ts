import type { ProblemError } from './problem.ts'
import { painter, visible } from './style.ts'
import type { World } from './world.ts'

/**
 * Every failure on stderr, never with a stack: `Error:` what could not be done and why, the wrong fields one by one, and
 * `Try:` what to do about it. With `--json` it is the problem itself (RFC 9457), on one line.
 */
export function reportError(error: ProblemError, world: World, json: boolean): void {
  const { problem } = error
  if (json) {
    world.stderr.write(`${JSON.stringify(problem)}\n`)
    return
  }
  const paint = painter(world.stderr, world.env)
  const facts = Object.entries(problem.facts).map(([name, value]) => `${name}: ${value}`)
  const detail = facts.length === 0 ? problem.detail : `${problem.detail} (${facts.join(', ')})`
  const lines = [`${paint('red', 'Error:')} ${visible(detail)}`]
  for (const { field, problem: wrong, cure } of problem.errors) {
    lines.push(`  ${paint('bold', visible(field))}: ${visible(wrong)}`)
    if (cure) lines.push(`      ${visible(cure)}`)
  }
  // What is said of the one wrong field need not be said twice
  if (!problem.errors.some(({ cure }) => cure === problem.cure))
    lines.push(`${paint('bold', 'Try:')} ${visible(problem.cure)}`)
  world.stderr.write(`${lines.join('\n')}\n`)
}

/**
 * `npm run planted [-- name …]`: plants known mistakes into the code, one at a time, and requires that the named test of
 * each fails for the right reason. Bugs are in `bugs/`, a file each.
 */
import { startParts } from '../parts/start.ts'
import { plant, readBugs, root, type PlantedBug } from './planted-bug.ts'
import { runPlanted, type Verdict } from './run-planted.ts'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const HELP = `npm run planted [-- <bug> …]

Plants the mistakes of test/planted/bugs into the code, each in a vitest project of its own and never on disk, and
requires that the named test of each passes without the bug and fails with it, for the stated reason.

  npm run planted                        all of them
  npm run planted -- log-before-upload   one of them
  npm run planted -- --list              what there is
  npm run planted -- --after-tests       all of them, where npm test has just shown that the tests pass without the bugs
`

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return 1
})

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) return say(HELP)
  const all = readBugs()
  if (args.includes('--list')) return say(`${all.map(({ id, breaks }) => `${id}\n  ${breaks}`).join('\n')}\n`)
  const afterTests = args.includes('--after-tests')
  const names = args.filter((arg) => arg !== '--after-tests')
  const unknown = names.find((name) => !all.some(({ id }) => id === name))
  if (unknown !== undefined) {
    process.stderr.write(`There is no planted bug "${unknown}"; see npm run planted -- --list\n`)
    return 2
  }
  const bugs = all.filter(({ id }) => names.length === 0 || names.includes(id))
  for (const bug of bugs) plant(bug, readFileSync(resolve(root, bug.file), 'utf8'))

  // What a test says is compared with words
  process.env['NO_COLOR'] = '1'
  const startedAt = performance.now()
  const verdicts = await withParts(bugs, () => runPlanted(bugs, afterTests, show))
  const missed = verdicts.filter(({ problem }) => problem !== undefined)
  for (const { bug, problem } of missed) process.stdout.write(`\n${bug.id}: ${bug.breaks}\n${problem}\n`)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
  process.stdout.write(
    `planted=${verdicts.length} found=${verdicts.length - missed.length} missed=${missed.length} seconds=${seconds}\n`,
  )
  return missed.length === 0 ? 0 : 1
}

/** Tests of single files need no parts; those that do get parts of their own, unless the environment names some. */
async function withParts<T>(bugs: readonly PlantedBug[], work: () => Promise<T>): Promise<T> {
  if (!bugs.some(({ test }) => /\.int\.test\.ts$|^test\//.test(test))) return work()
  const parts = await startParts()
  Object.assign(process.env, parts.variables)
  try {
    return await work()
  } finally {
    await parts.stop()
  }
}

function show({ bug, problem, seconds }: Verdict): void {
  process.stdout.write(
    `${problem === undefined ? '✓' : '✗'} ${bug.id.padEnd(36)} ${seconds.toFixed(1).padStart(5)} s  ${bug.name}\n`,
  )
}

function say(text: string): number {
  process.stdout.write(text)
  return 0
}

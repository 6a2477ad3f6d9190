/** `npm run fuzz -- --minutes N`: every parser of foreign bytes, in turn, with new seeds until the time is over. */
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { PARSERS } from './parsers.ts'
import { openOddStorage } from './s3-answers.ts'

const HELP = `npm run fuzz [-- options]

Gives every parser of bytes that come from outside spoilt and random input, with new seeds until the time is over. A
failure is shrunk, and printed with the seed that brings it back.

  --minutes <n>   5 where absent
  --only <word>   only parsers whose name holds it, such as zip
  --seed <n>      begin with this one
`

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    help: { type: 'boolean', default: false },
  },
})

process.exitCode = await main()

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const minutes = Number(values.minutes)
  if (!(minutes > 0)) {
    process.stderr.write(`--minutes must be a number above 0, not ${values.minutes}.\n`)
    return 2
  }
  await using storage = await openOddStorage()
  const parsers = [...PARSERS, storage].filter(({ name }) => name.includes(values.only))
  const runs = new Map(parsers.map(({ name }) => [name, 0]))
  const failures: string[] = []
  const until = performance.now() + minutes * 60_000
  let seed = Number(values.seed)
  for (let toldAt = performance.now(); performance.now() < until && failures.length === 0; seed += 1) {
    for (const { name, property } of parsers) {
      const numRuns = name.startsWith('S3') ? 100 : 1000
      const details = await fc.check(property(), {
        numRuns,
        seed,
        interruptAfterTimeLimit: Math.max(1, until - performance.now()),
      })
      runs.set(name, (runs.get(name) ?? 0) + details.numRuns)
      if (details.failed && !details.interrupted)
        failures.push(
          `✗ ${name}   replay: npm run fuzz -- --only ${JSON.stringify(name)} --seed ${seed}\n${String(details.errorInstance)}\n${fc.defaultReportMessage(details) ?? ''}`,
        )
    }
    if (performance.now() - toldAt < 30_000) continue
    toldAt = performance.now()
    process.stderr.write(`${[...runs.values()].reduce((sum, count) => sum + count, 0)} inputs so far\n`)
  }
  for (const [name, count] of runs) process.stdout.write(`${name.padEnd(48)} ${count}\n`)
  for (const failure of failures) process.stdout.write(`${failure}\n`)
  process.stdout.write(
    `inputs=${[...runs.values()].reduce((sum, count) => sum + count, 0)} failed=${failures.length} minutes=${minutes}\n`,
  )
  return failures.length === 0 ? 0 : 1
}

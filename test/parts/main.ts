/**
 * Starts the real parts that the environment does not name, prints their variables, and stops them when its stdin ends
 * or it is told to. `npm test` runs it in a process group of its own: however the tests end, a crash or a kill included,
 * the pipe between them ends with them, and nothing is left running.
 *
 * By hand, for tests run one by one:  node test/parts/main.ts
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPart, toEnvironment, type Parts } from './endpoints.ts'
import { startMariaDb } from './mariadb.ts'
import { startPostgreSql } from './postgresql.ts'
import { startS3Gateway } from './s3-gateway.ts'

interface Started {
  part: Partial<Parts>
  stop(): Promise<void>
}

const folder = mkdtempSync(join(tmpdir(), 'datahub-parts-'))
chmodSync(folder, 0o755) // As root, the databases run as somebody else, who has to get in.

const told = new Promise<void>((resolve) => {
  process.stdin.once('end', resolve).once('error', resolve).resume()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
})

process.stdout.on('error', () => {}) // Whoever started us is gone; stdin has ended then, too.

const outcomes = await Promise.allSettled([
  startUnlessGiven('database', startPostgreSql),
  startUnlessGiven('mariadb', startMariaDb),
  startUnlessGiven('s3', startS3Gateway),
])
const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []))
if (failures.length > 0) {
  process.stderr.write(`${failures.join('\n')}\n`)
  process.exitCode = 1
} else {
  const parts: Partial<Parts> = Object.assign({}, ...started.map(({ part }) => part))
  for (const [name, value] of Object.entries(toEnvironment(parts))) process.stdout.write(`${name}=${value}\n`)
  process.stdout.write('ready\n')
  await told
}
await Promise.all(started.map(({ stop }) => stop()))
rmSync(folder, { recursive: true, force: true })
process.exit()

async function startUnlessGiven<Name extends keyof Parts>(
  name: Name,
  start: (folder: string) => Promise<{ part: Parts[Name]; stop(): Promise<void> }>,
): Promise<Started> {
  const given = findPart(name, process.env)
  if (given) return { part: { [name]: given }, stop: async () => {} }
  const { part, stop } = await start(join(folder, name))
  return { part: { [name]: part }, stop }
}

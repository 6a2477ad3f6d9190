/** `npm run crash`: real processes over a real database and a real S3, killed and frozen under load. */
import { parseArgs } from 'node:util'
import { startParts } from '../parts/start.ts'

const HELP = `npm run crash [-- options]

Runs hubs, a loader, PostgreSQL and Ceph's S3 for real, through a network that fails, and kills and freezes them at random
moments while they deliver. Then it compares source, bucket, sync log and target table. The last line counts:

  lost       rows, packages or log lines that were there, or had to be, and are not
  doubled    what is there twice
  changed    what was published and is not the same any more
  left       staged packages that nobody has removed
  down       hubs that have ended by themselves

  --kills <n>          how often; 100 where absent
  --database <which>   embedded (one hub) or external (two hubs, a worker, one PostgreSQL); both, half of the kills each,
                       where absent
  --power-cuts <n>     as well: so many times the power of the embedded database's disk is cut; 0 where absent.
                       Linux, as root: ext4 on a loop device, shut down without a flush
  --seed <n>           of chance; printed where absent

  npm run crash -- --kills 20 --database embedded --power-cuts 5
`

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    'power-cuts': { type: 'string', default: '0' },
    database: { type: 'string', default: 'both' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    help: { type: 'boolean', default: false },
  },
})

const code = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return 1
})
// Node may wait for ever for the handle of a socket that was reset
process.exit(code)

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const [kills, powerCuts, seed] = [wholeNumber('kills'), wholeNumber('power-cuts'), wholeNumber('seed')]
  const databases = (['embedded', 'external'] as const).filter(
    (one) => values.database === 'both' || values.database === one,
  )
  if (databases.length === 0) throw new Error(`--database must be embedded, external or both, not ${values.database}.`)
  const parts = await startParts()
  try {
    Object.assign(process.env, parts.variables)
    // The parts are known by the environment from here on
    const [{ crash }, { CrashReport }] = await Promise.all([import('./crash.ts'), import('./report.ts')])
    const total = new CrashReport()
    for (const database of databases) {
      const share = Math.ceil(kills / databases.length)
      const cuts = database === 'embedded' ? powerCuts : 0
      total.add(database, await crash({ kills: share, powerCuts: cuts, seed, database }))
    }
    for (const problem of total.problems.slice(0, 20)) process.stdout.write(`✗ ${problem}\n`)
    process.stdout.write(`${total.line()} seed=${seed}\n`)
    return total.problems.length === 0 ? 0 : 1
  } finally {
    await parts.stop()
  }
}

function wholeNumber(name: 'kills' | 'power-cuts' | 'seed'): number {
  const value = Number(values[name])
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Error(`--${name} must be a whole number, not ${values[name]}.`)
  return value
}

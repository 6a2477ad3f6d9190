import type { SystemCheck, SystemView } from '@datahub/core/api/hub-shapes'
import { codes, EXIT } from '@datahub/core/error/codes'
import { invalid } from '@datahub/core/error/data-hub-error'
import { Command } from 'commander'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { findConnection, type Connection, type Wanted } from '../connection.ts'
import { Exit } from '../exit-code.ts'
import { withExamples } from '../help.ts'
import { printerFor } from '../output.ts'
import { asProblemError, type ProblemError } from '../problem.ts'
import { wantedOf } from '../session.ts'
import { visible, type Paint } from '../style.ts'
import type { World } from '../world.ts'

const LEAST_NODE = 24

/** What was found out, and the exit code that says it. */
interface Diagnosis {
  readonly checks: readonly SystemCheck[]
  readonly system: SystemView | null
  readonly exitCode: number
}

export function doctor(world: World): Command {
  const command = new Command('doctor')
    .summary('Check this machine, the way to the hub, and the hub')
    .description('Check this machine, the way to the hub, and the hub itself.')
    .option('--bundle <file>', 'write what helps others to help into a file: state, settings, failures; no secrets')
    .action(async ({ bundle }: { bundle?: string }, command: Command) => {
      const { json = false } = command.optsWithGlobals<{ json?: boolean }>()
      const wanted = wantedOf(command)
      const { checks, system, exitCode } = await diagnose(world, wanted)
      const ok = exitCode === EXIT.ok
      const print = printerFor(world, json)
      print.result({ ok, checks, system }, (paint) =>
        [
          ...checks.map((check) => checkLine(check, paint)),
          paint('bold', ok ? 'All is well.' : 'Something needs attention.'),
        ].join('\n'),
      )
      if (bundle !== undefined) {
        await writeBundle(world, bundle, wanted, checks)
        print.note(`Written: ${bundle}. It holds no secrets, but names of tasks, machines and buckets.`)
      }
      if (!ok) throw new Exit(exitCode)
    })
  return withExamples(command, [
    ['datahub doctor', 'when something does not work, this first'],
    ['datahub doctor --bundle diagnostics.json', 'what to attach when asking for help'],
    ['datahub doctor --url https://hub.example.com', 'is that hub well, and may I use it?'],
  ])
}

async function diagnose(world: World, wanted: Wanted): Promise<Diagnosis> {
  const node = nodeCheck(process.versions.node)
  try {
    const connection = await findConnection(wanted, world.env, world.cwd)
    const local = [node, passed('address', connection.url), tokenCheck(connection)]
    return await askHub(world, wanted, local)
  } catch (error) {
    const failure = asProblemError(error)
    return { checks: [node, failed('settings', failure)], system: null, exitCode: failure.exitCode }
  }
}

/** What the hub tells, where it answers, beside what was found on this machine. Nobody else may read the file. */
async function writeBundle(world: World, file: string, wanted: Wanted, checks: readonly SystemCheck[]): Promise<void> {
  const path = resolve(world.cwd, file)
  const hub = await world
    .connect(wanted)
    .then((hub) => hub.hub.diagnostics())
    .catch((error: unknown) => ({ error: asProblemError(error).problem }))
  try {
    await writeFile(path, `${JSON.stringify({ here: { checks }, hub }, null, 2)}\n`, { mode: 0o600 })
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw invalid('write the bundle', [
      {
        field: '--bundle',
        problem: `cannot be written (${code})`,
        cure: 'Name a file in a folder that you may write into.',
      },
    ])
  }
}

async function askHub(world: World, wanted: Wanted, local: readonly SystemCheck[]): Promise<Diagnosis> {
  try {
    const hub = await world.connect(wanted)
    const system = await hub.hub.system()
    const answer = passed(
      'hub',
      `version ${system.version}, ${system.database} database, runs ${system.services.join(', ')}`,
    )
    const checks = [...local, answer, clockCheck(world, system), ...system.checks]
    return { checks, system, exitCode: checks.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed }
  } catch (error) {
    const failure = asProblemError(error)
    return { checks: [...local, failed('hub', failure)], system: null, exitCode: failure.exitCode }
  }
}

function nodeCheck(version: string): SystemCheck {
  const ok = Number(version.split('.')[0]) >= LEAST_NODE
  const check = { name: 'node', ok, message: `Node ${version}` }
  return ok ? check : { ...check, remedy: `Install Node ${LEAST_NODE} or newer.` }
}

function tokenCheck({ token, tokenOrigin }: Connection): SystemCheck {
  if (token !== undefined) return passed('token', `from ${tokenOrigin}`)
  return { name: 'token', ok: false, message: tokenOrigin, remedy: codes['auth.missing'].cure }
}

/** Times in reports and logs are compared across machines; half a minute is more than NTP ever leaves. */
function clockCheck(world: World, system: SystemView): SystemCheck {
  const offBySeconds = Math.round((world.clock.now().getTime() - Date.parse(system.now)) / 1000)
  const ok = Math.abs(offBySeconds) <= 30
  const check = {
    name: 'clock here',
    ok,
    message: ok ? "agrees with the hub's" : `differs from the hub's by ${offBySeconds} s`,
  }
  return ok ? check : { ...check, remedy: 'Turn on NTP on both machines.' }
}

function passed(name: string, message: string): SystemCheck {
  return { name, ok: true, message }
}

function failed(name: string, { problem }: ProblemError): SystemCheck {
  const fields = problem.errors.map((error) => ` ${error.field} ${error.problem}.`).join('')
  return { name, ok: false, message: problem.detail + fields, remedy: problem.cure }
}

function checkLine({ name, ok, message, remedy }: SystemCheck, paint: Paint): string {
  const line = `${ok ? paint('green', '✓') : paint('red', '✗')} ${visible(name)}: ${visible(message)}`
  return remedy ? `${line}\n    ${visible(remedy)}` : line
}

/**
 * `npm run check [-- --fix] [-- step …]`: everything that can be said of the code without running the product. `--fix`
 * lets the steps that can mend mend; names of steps run only those.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, dirname, resolve } from 'node:path'

interface Step {
  name: string
  command: readonly [program: string, ...args: string[]]
  fix?: readonly [program: string, ...args: string[]]
}

interface Outcome {
  step: Step
  passed: boolean
  seconds: number
}

const root = resolve(import.meta.dirname, '..')

const steps: readonly Step[] = [
  { name: 'types', command: ['tsc', '-p', '.'] },
  // The console is for browsers, which have other types
  { name: 'types', command: ['tsc', '-p', 'packages/console'] },
  {
    name: 'lint',
    command: ['oxlint', '--type-aware', '--deny-warnings', '--report-unused-disable-directives'],
    fix: ['oxlint', '--type-aware', '--deny-warnings', '--report-unused-disable-directives', '--fix'],
  },
  {
    name: 'format',
    command: ['prettier', '--check', '--log-level=warn', '.'],
    fix: ['prettier', '--write', '--log-level=warn', '.'],
  },
  { name: 'unused', command: ['knip', '--no-progress'] },
  {
    name: 'unit',
    command: ['vitest', 'run', '--project', 'unit'],
  },
]

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  const fixing = args.includes('--fix')
  const names = args.filter((arg) => arg !== '--fix')
  const unknown = names.find((name) => !steps.some((step) => step.name === name))
  if (unknown !== undefined) {
    process.stderr.write(`There is no step "${unknown}"; there are ${steps.map(({ name }) => name).join(', ')}.\n`)
    return 2
  }
  const outcomes: Outcome[] = []
  for (const step of steps.filter(({ name }) => names.length === 0 || names.includes(name))) {
    outcomes.push(await run(step, fixing))
  }
  process.stdout.write(`\n${table(outcomes)}\n`)
  return outcomes.every(({ passed }) => passed) ? 0 : 1
}

/** Runs one step; what it said is worth reading only when it failed. */
async function run(step: Step, fixing: boolean): Promise<Outcome> {
  const startedAt = performance.now()
  const [program, ...args] = (fixing && step.fix) || step.command
  const env = { ...process.env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) }
  const child = spawn(resolve(root, 'node_modules/.bin', program), args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) process.stdout.write(`\n── ${step.name} ──\n${Buffer.concat(output).toString().trim()}\n`)
  return { step, passed: code === 0, seconds: (performance.now() - startedAt) / 1000 }
}

function table(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ step, passed, seconds }) => {
    const result = `${passed ? '✓' : '✗'} ${step.name.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s`
    return passed ? result : `${result}   ${remedy(step)}`
  })
  return rows.join('\n')
}

function remedy({ name, fix }: Step): string {
  return fix ? 'mend with: npm run check -- --fix' : `mend what is said above, then: npm run check -- ${name}`
}

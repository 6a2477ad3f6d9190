/**
 * `npm run bench [-- name …] [--quick] [--json]`: what Data Hub takes, beside what others take for the same, side by side
 * in one run. Machines drift, so only the ratios of one run count. Names choose among the benches; all of them are run
 * without. `--quick` takes five minutes and small data; `--json` prints a line per figure.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { installPrograms, onPath } from '../test/parts/install.ts'
import { benchDelivery } from './delivery/bench-delivery.ts'
import { benchDispatch } from './dispatch/bench-dispatch.ts'
import { benchExecutions } from './executions/bench-executions.ts'
import { formatFigures, type Figure } from './figure.ts'
import { benchLists } from './lists/bench-lists.ts'
import { benchLoader } from './loader/bench-loader.ts'
import { benchMemory } from './loader/memory/bench-memory.ts'
import { MEMORY_CASES } from './loader/memory/shapes.ts'
import { benchPackage } from './package/bench-package.ts'
import { benchSources } from './sources/bench-sources.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
})

const repetitions = values.quick ? 1 : 3
const benches: Readonly<Record<string, () => Promise<Figure[]>>> = {
  package: () => benchPackage({ repetitions, ...(values.quick ? { sizeBytes: 64 * 1024 * 1024 } : {}) }),
  delivery: async () =>
    values.quick
      ? benchDelivery({ repetitions, rows: 1_000_000 })
      : [
          ...(await benchDelivery({ repetitions, rows: 1_000_000 })),
          ...(await benchDelivery({ repetitions, rows: 5_000_000 })),
          ...(await benchDelivery({ repetitions: 1, rows: 20_000_000 })),
        ],
  sources: () => benchSources({ repetitions, ...(values.quick ? { rows: [300_000] } : {}) }),
  executions: () => benchExecutions(values.quick ? { tasks: 100 } : {}),
  dispatch: () => benchDispatch(values.quick ? { tasks: 2_000, fires: 20 } : {}),
  lists: () => benchLists(values.quick ? { tasks: 1_000 } : {}),
  loader: () => benchLoader({ repetitions, ...(values.quick ? { sizeBytes: 30e6 } : {}) }),
  memory: () => benchMemory(values.quick ? MEMORY_CASES.slice(0, 1) : MEMORY_CASES),
}

const unknown = positionals.filter((name) => !(name in benches))
if (unknown.length > 0) {
  process.stderr.write(`There is no bench "${unknown.join('", "')}"; there are ${Object.keys(benches).join(', ')}.\n`)
  process.exit(2)
}

installPrograms(process.env, tell, [
  { name: 'the AWS command line', debianPackage: 'awscli', isThere: () => onPath('aws') },
  { name: 'pigz', debianPackage: 'pigz', isThere: () => onPath('pigz') },
  { name: 'libdeflate', debianPackage: 'libdeflate-tools', isThere: () => onPath('libdeflate-gzip') },
])
const stopParts = await startParts()
try {
  const figures: Figure[] = []
  for (const [name, bench] of Object.entries(benches)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    tell(`Measuring: ${name} …`)
    figures.push(...(await bench()))
  }
  process.stdout.write(
    values.json ? figures.map((figure) => `${JSON.stringify(figure)}\n`).join('') : formatFigures(figures),
  )
} finally {
  await stopParts()
}

function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}

/** The same throw-away parts that the tests use. */
async function startParts(): Promise<() => Promise<void>> {
  const parts = spawn(process.execPath, [resolve(import.meta.dirname, '../test/parts/main.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(parts, 'exit')
  for await (const line of createInterface(parts.stdout)) {
    if (line === 'ready') {
      return async () => {
        parts.stdin.end()
        await ended
      }
    }
    const [name = '', ...value] = line.split('=')
    process.env[name] = value.join('=')
  }
  throw new Error('The real parts did not start; what they said is above.')
}

/**
 * `npm run bench [-- --quick] [--json]`: what Data Hub takes, beside what others take for the same, side by side in one
 * run. Machines drift, so only the ratios of one run count.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { benchDelivery } from './delivery/bench-delivery.ts'
import { benchDispatch } from './dispatch/bench-dispatch.ts'
import { formatFigures, type Figure } from './figure.ts'
import { benchLoader } from './loader/bench-loader.ts'
import { benchPackage } from './package/bench-package.ts'

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
})

const repetitions = values.quick ? 1 : 3
const stopParts = await startParts()
try {
  const figures: Figure[] = [
    ...(await benchPackage({ repetitions, ...(values.quick ? { sizeBytes: 64 * 1024 * 1024 } : {}) })),
    ...(await benchDelivery({ repetitions, rows: values.quick ? 300_000 : 1_000_000 })),
    ...(values.quick ? [] : await benchDelivery({ repetitions, rows: 5_000_000 })),
    ...(await benchDispatch(values.quick ? { tasks: 2_000, fires: 20 } : {})),
    ...(await benchLoader({ repetitions, ...(values.quick ? { sizeBytes: 30e6 } : {}) })),
  ]
  process.stdout.write(
    values.json ? figures.map((figure) => `${JSON.stringify(figure)}\n`).join('') : formatFigures(figures),
  )
} finally {
  await stopParts()
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

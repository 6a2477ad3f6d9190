import type * as Loader from '../../packages/loader/src/index.ts'

export interface Lap {
  readonly seconds: number
  readonly packages: number
  readonly rows: number
  readonly peakRssMb: number
}

// A process for each lap, because the peak of memory is one of the whole process
const [bucket = '', into = ''] = process.argv.slice(2)
const built = new URL('../../packages/loader/dist/index.js', import.meta.url)
const { loadTask } = (await import(built.href)) as typeof Loader
const startedAt = performance.now()
const { packages, rows, refused } = await loadTask({ bucket, taskId: 161, into })
if (refused > 0) throw new Error(JSON.stringify(packages))
const seconds = (performance.now() - startedAt) / 1000
const lap: Lap = { seconds, packages: packages.length, rows, peakRssMb: process.resourceUsage().maxRSS / 1024 }
process.stdout.write(JSON.stringify(lap))

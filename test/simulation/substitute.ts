/**
 * Loaded before everything else (`node --import`): where the product's code asks for a store, a clock, a disk or the
 * client of S3, it gets the simulated one. Everything else is the product as it is. See docs/decisions.
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { plant, readBugs } from '../planted/planted-bug.ts'

const root = resolve(import.meta.dirname, '../..')
const here = (name: string) => pathToFileURL(join(import.meta.dirname, 'stores', name)).href
const server = (path: string) => pathToFileURL(join(root, 'packages/server/src', path)).href
const loader = (path: string) => pathToFileURL(join(root, 'packages/loader/src', path)).href

const SUBSTITUTES = new Map([
  [server('executions/claim-store.ts'), here('claim-store.ts')],
  [server('executions/execution-store.ts'), here('execution-store.ts')],
  [server('executions/lane-store.ts'), here('lane-store.ts')],
  [server('executions/sealed-store.ts'), here('sealed-store.ts')],
  [server('executions/event-store.ts'), here('event-store.ts')],
  [server('sync-log/sync-log-store.ts'), here('sync-log-store.ts')],
  [server('tasks/task-store.ts'), here('task-store.ts')],
  [server('backfills/push-store.ts'), here('push-store.ts')],
  [server('definitions/destination-store.ts'), here('destination-store.ts')],
  [server('definitions/refresh-token-store.ts'), here('refresh-token-store.ts')],
  [server('coverage/coverage-store.ts'), here('coverage-store.ts')],
  [server('access/throttle-store.ts'), here('throttle-store.ts')],
  [server('alerts/alert-store.ts'), here('alert-store.ts')],
  [server('processes/process-store.ts'), here('process-store.ts')],
  [server('system/cleaning-store.ts'), here('cleaning-store.ts')],
  [server('db/database.ts'), here('database.ts')],
  [server('package/package-writer.ts'), here('package-writer.ts')],
  [server('destinations/s3/client.ts'), here('client.ts')],
  [loader('bucket/open-bucket.ts'), here('open-bucket.ts')],
  [loader('targets/open-target.ts'), here('open-target.ts')],
  [loader('package/zip-file.ts'), here('zip-file.ts')],
])
const TIMERS = here('timers.ts')
const TIMEOUTS = here('timeouts.ts')
const FILE_SYSTEM = here('file-system.ts')
const simulation = pathToFileURL(import.meta.dirname).href

const planted = process.env['DATAHUB_PLANTED']
const bug = planted === undefined ? undefined : readBugs().find(({ id }) => id === planted)
const plantedIn = bug && pathToFileURL(resolve(root, bug.file)).href

registerHooks({
  resolve(specifier, context, next) {
    // What is simulated builds on what is real
    if (context.parentURL?.startsWith(simulation)) return next(specifier, context)
    if (context.parentURL?.includes('/node_modules/')) return next(specifier, context)
    if (specifier === 'node:timers/promises') return { url: TIMERS, shortCircuit: true, format: 'module-typescript' }
    if (specifier === 'node:timers') return { url: TIMEOUTS, shortCircuit: true, format: 'module-typescript' }
    if (specifier === 'node:fs/promises' && /\/destinations\/(sealed|growing)\.ts$/.test(context.parentURL ?? ''))
      return { url: FILE_SYSTEM, shortCircuit: true, format: 'module-typescript' }
    const resolved = next(specifier, context)
    const substitute = SUBSTITUTES.get(resolved.url)
    return substitute === undefined ? resolved : { ...resolved, url: substitute }
  },
  load(url, context, next) {
    if (!bug || url !== plantedIn) return next(url, context)
    const source = plant(bug, readFileSync(fileURLToPath(url), 'utf8'))
    return { ...next(url, context), source, format: 'module-typescript', shortCircuit: true }
  },
})

import { link, readFile, rename, rm, stat, statfs } from 'node:fs/promises'
import { connectionTestKey } from '@datahub/core/bucket/names'
import type { CheckStep, Finding } from '@datahub/core/check/check-step'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { Trial } from '../../foundation/try-each.ts'
import { sha256Of } from '../sealed.ts'
import { tryWithin } from '../try-within.ts'
import { inFolder } from './errors.ts'
import { beside, makeFolder, pathOf } from './files.ts'

const LIMIT_MS = 15_000
const LITTLE_BYTES = 1024 ** 3

/** Does with a test file what a delivery does, and takes it away again. */
export function checkFolder(root: string, signal: AbortSignal): AsyncIterable<CheckStep> {
  const path = pathOf(root, connectionTestKey(''))
  const body = Buffer.from('Data Hub connection test\n')
  const labels = { instance: 'connection-test', sha256: sha256Of(body) }
  const step = (name: string, title: string, run: (signal: AbortSignal) => Promise<Finding>): Trial => ({
    name,
    title,
    run: (stepSignal) => inFolder(`use ${root}`, () => run(stepSignal)),
  })

  const steps = [
    step('folder', 'Open the folder', async () => {
      await makeFolder(root)
      if ((await stat(root)).isDirectory()) return `${root} is a folder.`
      throw new DataHubError('destination.folder_failed', `use ${root}`, { hint: `${root} is not a folder.` })
    }),
    step('write', 'Write a test object', async (stepSignal) => {
      await beside(path, body, labels, stepSignal, (unfinished) => rename(unfinished, path))
      return 'A test file was written.'
    }),
    step('guard', 'Refuse to overwrite', async (stepSignal) => {
      const refused = await beside(path, body, labels, stepSignal, (unfinished) =>
        link(unfinished, path).then(
          () => false,
          (error: NodeJS.ErrnoException) => {
            if (error.code === 'EEXIST') return true
            throw error
          },
        ),
      )
      if (refused) return 'A file that exists is not replaced.'
      throw new DataHubError('destination.folder_failed', `use ${root}`, {
        hint: 'The filesystem replaces existing files on link.',
      })
    }),
    step('read', 'Read it back', async () => {
      const same = (await readFile(path)).equals(body)
      await rm(path)
      if (same) return 'What was written is what is there.'
      throw new DataHubError('destination.altered', `read ${path} back`)
    }),
    step('space', 'Look for free space', async () => {
      const { bavail, bsize } = await statfs(root)
      const free = `${((bavail * bsize) / LITTLE_BYTES).toFixed(1)} GiB are free.`
      return bavail * bsize < LITTLE_BYTES ? { warning: `Only ${free}`, remedy: 'Free or add disk space.' } : free
    }),
  ]
  return tryWithin(LIMIT_MS, steps, signal)
}

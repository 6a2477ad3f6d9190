import { constants } from 'node:fs'
import { access, glob, realpath, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { cureFor } from '../near-names.ts'
import { isInside } from './folder.ts'

/** A file as it was when the package was begun. */
export interface ListedFile {
  /** Links followed. */
  readonly path: string
  /** Changes with the file's content. */
  readonly version: string
}

const MAX_FILES = 100_000

/**
 * The files of a pattern under a folder (as `admitFolder` gave it), in the order of their paths. A link that leads out of
 * the folder is `source.folder_forbidden`; no file is `source.report_missing`, with what is there.
 */
export async function listFiles(
  folder: string,
  pattern: string,
  doing: string,
  signal: AbortSignal,
): Promise<ListedFile[]> {
  const files = new Map<string, ListedFile>()
  for await (const found of glob(pattern, { cwd: folder })) {
    signal.throwIfAborted()
    const path = await realpath(join(folder, found)).catch(() => undefined)
    if (path === undefined) continue
    if (!isInside(path, folder)) throw leadsOut(found, doing)
    const status = await stat(path, { bigint: true })
    if (!status.isFile()) continue
    await access(path, constants.R_OK).catch(() => {
      const hint = `Let the user that the hub runs as read ${relative(folder, path)}.`
      throw new DataHubError('source.permission', doing, { hint })
    })
    files.set(path, { path, version: `${status.ino} ${status.size} ${status.mtimeNs}` })
    if (files.size > MAX_FILES)
      throw new DataHubError('source.query_failed', doing, { hint: `More than ${MAX_FILES} files match.` })
  }
  if (files.size === 0) throw await noFiles(folder, pattern, doing)
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** `source.incomplete` when a file is not what it was when it was listed: rows of two versions may have been read. */
export async function assertUnchanged(files: readonly ListedFile[], doing: string): Promise<void> {
  for (const { path, version } of files) {
    const status = await stat(path, { bigint: true }).catch(() => undefined)
    if (status && `${status.ino} ${status.size} ${status.mtimeNs}` === version) continue
    const hint = 'A file changed while it was read: write files under another name and rename them when they are whole.'
    throw new DataHubError('source.incomplete', doing, { hint })
  }
}

function leadsOut(found: string, doing: string): DataHubError {
  const hint = `${found} is a link that leads out of the folder.`
  return new DataHubError('source.folder_forbidden', doing, { hint })
}

async function noFiles(folder: string, pattern: string, doing: string): Promise<DataHubError> {
  const known: string[] = []
  for await (const entry of glob('{*,*/*}', { cwd: folder })) if (known.push(entry) >= 1000) break
  const cure = cureFor(pattern, known.sort())
  const fields = [{ field: 'files', problem: `no file matches ${pattern}`, cure }]
  return new DataHubError('source.report_missing', doing, { hint: cure, fields })
}

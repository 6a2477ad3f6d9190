import { realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { DataHubError } from '@datahub/core/error/data-hub-error'

/**
 * The folder as the file system knows it, links followed, if it is one that the operator allows or inside one.
 * `source.folder_forbidden` otherwise; a folder that is not there says so only where it would be allowed.
 */
export function admitFolder(folder: string, allowed: readonly string[]): string {
  const doing = `open the folder ${folder}`
  const real = realPath(folder)
  if (real !== undefined && allowed.some((root) => isInside(real, realPath(root)))) return real
  if (real === undefined && allowed.some((root) => isInside(folder, root) || isInside(folder, realPath(root)))) {
    const cure = 'Check the path; the folder must be on the machine that the hub runs on.'
    const fields = [{ field: 'connection.folder', problem: 'there is no such folder', cure }]
    throw new DataHubError('source.report_missing', doing, { hint: cure, fields })
  }
  throw new DataHubError('source.folder_forbidden', doing)
}

/** Whether the path is the folder or under it; both as `realPath` gives them. */
export function isInside(path: string, folder: string | undefined): boolean {
  if (folder === undefined) return false
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

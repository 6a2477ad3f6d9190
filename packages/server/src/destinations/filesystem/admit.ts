import { realpathSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { DestinationWorld } from '../kind.ts'

/** Throws `destination.folder_forbidden` when the hub lives in the folder or the operator has not opened it. */
export function admitFolder(path: string, world: DestinationWorld): void {
  const folder = real(path)
  if (isWithin(real(world.dataDir), folder)) {
    const hint = `${path} is inside the hub's own data directory: choose a folder outside of it.`
    throw new DataHubError('destination.folder_forbidden', `deliver to ${path}`, { hint })
  }
  if (world.folders && !world.folders.some((allowed) => isWithin(real(allowed), folder))) {
    const hint = `Choose a folder in ${world.folders.join(' or ') || 'a list that is empty now'}, or add it to DATAHUB_FOLDERS_ALLOW on the server.`
    throw new DataHubError('destination.folder_forbidden', `deliver to ${path}`, { hint })
  }
}

function isWithin(outer: string, inner: string): boolean {
  const way = relative(outer, inner)
  return way === '' || (way !== '..' && !way.startsWith('../'))
}

/** The path without links, also when its last folders do not exist yet. */
function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(real(parent), basename(path))
  }
}

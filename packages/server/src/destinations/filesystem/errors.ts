import { DataHubError } from '@datahub/core/error/data-hub-error'

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk that holds the folder is full: free or add space.',
  EDQUOT: 'The quota of the folder is used up: free or add space.',
  EACCES: "The hub's user may not write there: change the owner or the rights of the folder.",
  EPERM: 'The filesystem of the folder forbids it: its rights, or it has no hard links.',
  EROFS: 'The filesystem of the folder is read-only: mount it writable.',
  ENOTDIR: 'A part of the path is a file: choose a folder.',
  EISDIR: 'A folder stands where a file belongs: move it away.',
  ENAMETOOLONG: 'The path is too long for the filesystem: choose a shorter one.',
  ENOENT: 'Something removed the folder meanwhile; is it a mount that went away?',
  ESTALE: 'The network mount went away: mount it again.',
  EIO: 'The disk reports an error: check it.',
}

/** Runs what touches the folder and turns its errors into `destination.folder_failed`, with the reason as the hint. */
export async function inFolder<T>(doing: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (error instanceof DataHubError || typeof code !== 'string' || !/^(E[A-Z]+|ERR_SQLITE_ERROR)$/.test(code))
      throw error
    const hint = HINTS[code]
    throw new DataHubError('destination.folder_failed', doing, { facts: { code }, ...(hint ? { hint } : {}) })
  }
}

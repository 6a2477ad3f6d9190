import { statfs } from 'node:fs/promises'

/** What this account may still write into the file system of the folder. */
export async function freeBytesIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

import { createHash, randomBytes } from 'node:crypto'
import { chmod, chown, lstat, mkdir, readlink, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isOpenToOthers, SHARED_STATE_DIR } from './binaries.ts'
import type { UnixUser } from './unprivileged-user.ts'

const SOCKET_PATH_MAX_BYTES = 107
const SOCKET_NAME = '.s.PGSQL.5432'

/**
 * The folder of the cluster: `<dataDir>/postgres`. When we are root and the unprivileged account cannot reach the data
 * directory (a checkout under /root, say), that name is a symlink to a folder under /var/lib/datahub.
 */
export async function prepareClusterDir(dataDir: string, user: UnixUser | undefined): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const home = join(dataDir, 'postgres')
  const known = await lstat(home).catch(() => undefined)
  let dir = known?.isSymbolicLink() ? await readlink(home) : home
  if (!known && user) {
    // The account must pass through the data directory; what is secret in there is protected by modes of its own
    await chmod(dataDir, 0o711)
    if (!(await isOpenToOthers(dataDir, 0o001))) {
      dir = join(SHARED_STATE_DIR, `cluster-${randomBytes(6).toString('hex')}`)
      await mkdir(SHARED_STATE_DIR, { recursive: true, mode: 0o755 })
      await symlink(dir, home)
    }
  }
  await mkdir(dir, { recursive: true, mode: 0o700 })
  if (user) await chown(dir, user.uid, user.gid)
  return dir
}

/** Where the socket lives: in the cluster's folder, or in a short private folder where that path would be too long. */
export async function prepareSocketDir(clusterDir: string, user: UnixUser | undefined): Promise<string> {
  if (Buffer.byteLength(join(clusterDir, SOCKET_NAME)) <= SOCKET_PATH_MAX_BYTES) return clusterDir
  const hash = createHash('sha256').update(clusterDir).digest('hex').slice(0, 12)
  const dir = join(tmpdir(), `datahub-${process.getuid?.() ?? 0}-${hash}`)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  if (user) await chown(dir, user.uid, user.gid)
  return dir
}

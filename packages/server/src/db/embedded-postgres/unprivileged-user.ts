import { readFile } from 'node:fs/promises'

export interface UnixUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

const PREFERRED = ['datahub', 'postgres', 'nobody']

/** PostgreSQL refuses to run as root: the account to run it as instead, which must stand in /etc/passwd. Undefined when we are not root. */
export async function findUnprivilegedUser(): Promise<UnixUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const wanted of PREFERRED) {
    const [name, , uid, gid] = users.find(([candidate]) => candidate === wanted) ?? []
    if (name && Number(uid) > 0) return { name, uid: Number(uid), gid: Number(gid) }
  }
  throw new Error(
    `PostgreSQL does not run as root and none of the accounts ${PREFERRED.join(', ')} exists; set DATABASE_URL or run as another user`,
  )
}

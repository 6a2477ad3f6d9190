import { readManifest, requirePackageName, type Candidate } from './find-packages.ts'
import { entriesAt } from './ledger/addresses.ts'
import type { LedgerEntry } from './ledger/ledger.ts'
import { Refusal } from './problem.ts'
import type { Session } from './session.ts'

/** Small requests, which cost time and nothing else. */
const AT_ONCE = 16

/** What a bucket has, beside the ledger. */
export interface Compared {
  /** Lines of the ledger whose packages are of this bucket. */
  readonly here: readonly LedgerEntry[]
  /** Packages that have no line. */
  readonly pending: readonly Candidate[]
}

/**
 * Compares without changing anything. A package that was loaded from another address of the same bucket, or from a copy, is
 * recognised by its manifest, which is only read where the ledger has a package of that name.
 */
export async function comparePackages(
  session: Session,
  found: readonly Candidate[],
  entries: readonly LedgerEntry[],
): Promise<Compared> {
  const here = new Set(await entriesAt(session.target, entries, session.location))
  const names = new Set([...here].map(({ packageName }) => packageName))
  const byName = Map.groupBy(entries, ({ packageName }) => packageName)
  const strange = found.filter(({ packageName }) => !names.has(packageName) && byName.has(packageName))
  for (let at = 0; at < strange.length; at += AT_ONCE) {
    const some = strange.slice(at, at + AT_ONCE)
    const hubs = await Promise.all(some.map((candidate) => hubOf(session, candidate)))
    for (const [which, { packageName }] of some.entries()) {
      const entry = byName.get(packageName)?.find(({ instance }) => instance === hubs[which])
      if (!entry) continue
      here.add(entry)
      names.add(packageName)
    }
  }
  return { here: [...here], pending: found.filter(({ packageName }) => !names.has(packageName)) }
}

/** Undefined where no manifest, or none that is right, tells: then loading it will. */
async function hubOf({ bucket, options, settings }: Session, candidate: Candidate): Promise<string | undefined> {
  try {
    requirePackageName(candidate.packageName)
    return (await readManifest(bucket, candidate, options.taskId, settings.now()))?.instanceId
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

import { DataHubError } from '@datahub/core/error/data-hub-error'
import { packageNameOf, type Staging } from '@datahub/server/delivery/staging'
import type { Deflater } from '@datahub/server/package/deflater'
import { hash } from 'node:crypto'

/** The disks of all machines of the history under way, so that paths lead to them as in a file system. */
const disks = new Map<string, Disk>()

/** What was synced on a machine's disk; it outlives the processes of the machine. */
export class Disk {
  readonly name: string
  readonly files = new Map<string, Buffer>()

  constructor(name: string) {
    this.name = name
    disks.set(name, this)
  }

  /** The writer of packages gets its disk in the place of its threads. */
  asDeflater(): Deflater {
    return this as unknown as Deflater
  }

  /** Whose packages are staged. */
  executions(): number[] {
    return [...new Set([...this.files.keys()].map((name) => Number(name.split('/')[0])))]
  }

  /** Somebody else's fault: a bit of some file turns over. */
  flipBit(at: number): void {
    const [name] = this.files.keys()
    const bytes = name === undefined ? undefined : Buffer.from(this.files.get(name) as Buffer)
    if (name === undefined || !bytes || bytes.length === 0) return
    const index = Math.floor(at * bytes.length)
    bytes[index] = (bytes[index] as number) ^ 1
    this.files.set(name, bytes)
  }
}

export function fileAt(path: string): Buffer | undefined {
  const [, name = '', ...rest] = path.split('/')
  return disks.get(name)?.files.get(rest.join('/'))
}

/** `Staging` over a simulated disk. */
export function openSimulatedStaging(disk: Disk): Staging {
  const fileOf = (claim: Parameters<Staging['prepare']>[0]) => `${claim.id}/${packageNameOf(claim)}`
  return {
    prepare: (claim) => Promise.resolve(`/${disk.name}/${fileOf(claim)}`),
    find(claim) {
      const bytes = claim.sealed ? disk.files.get(fileOf(claim)) : undefined
      if (!bytes || !claim.sealed || sha256Of(bytes) !== claim.sealed.sha256) return Promise.resolve(undefined)
      return Promise.resolve({ path: `/${disk.name}/${fileOf(claim)}`, ...claim.sealed })
    },
    remove(executionId) {
      for (const name of disk.files.keys()) if (name.startsWith(`${executionId}/`)) disk.files.delete(name)
      return Promise.resolve()
    },
    list: () => Promise.resolve(disk.executions()),
  }
}

export function diskOf(deflater: Deflater): Disk {
  return deflater as unknown as Disk
}

export function write(disk: Disk, path: string, bytes: Buffer): void {
  if (!path.startsWith(`/${disk.name}/`)) throw new DataHubError('package.failed', 'write elsewhere')
  disk.files.set(path.slice(disk.name.length + 2), bytes)
}

export function sha256Of(bytes: Buffer): string {
  return hash('sha256', bytes)
}

import type { StagedFile } from '@datahub/core/destination/destination'
import { formatPackageName } from '@datahub/core/bucket/names'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Claim } from '../executions/claim.ts'
import { verifyStaged } from '../package/verify-staged.ts'

/** Packages on their way: one folder per execution under `<dataDir>/staging`, gone when the execution is over. */
export interface Staging {
  /** The path for the package of this execution; its folder exists on return. */
  prepare(claim: Claim): Promise<string>
  /** The package that an earlier attempt sealed on this machine, verified byte by byte; undefined when it is not there or not whole. */
  find(claim: Claim, signal: AbortSignal): Promise<StagedFile | undefined>
  remove(executionId: number): Promise<void>
  /** Executions that have a folder here. */
  list(): Promise<number[]>
}

export function openStaging(dataDir: string): Staging {
  const root = join(dataDir, 'staging')
  const folder = (executionId: number) => join(root, String(executionId))
  const pathOf = (claim: Claim) => join(folder(claim.id), packageNameOf(claim))
  return {
    async prepare(claim) {
      await mkdir(folder(claim.id), { recursive: true, mode: 0o700 })
      return pathOf(claim)
    },
    async find(claim, signal) {
      if (!claim.sealed) return undefined
      const staged = { path: pathOf(claim), ...claim.sealed }
      if (!(await stat(staged.path).catch(() => undefined))) return undefined
      try {
        await verifyStaged(staged, signal)
        return staged
      } catch (error) {
        if (signal.aborted) throw error
        return undefined
      }
    },
    async remove(executionId) {
      await rm(folder(executionId), { recursive: true, force: true })
    },
    async list() {
      const names = await readdir(root).catch(() => [])
      return names.filter((name) => /^\d+$/.test(name)).map(Number)
    },
  }
}

/** The name is a function of the execution alone, never of the attempt or the clock. */
export function packageNameOf(claim: Claim): string {
  return formatPackageName({
    dataSource: claim.dataSource,
    taskId: claim.taskId,
    day: claim.packageDay,
    executionId: claim.id,
  })
}

import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A file system of its own that can lose its power: ext4 on a loop device, shut down by the kernel's own call
 * (EXT4_IOC_SHUTDOWN without a flush of the log, as xfstests do). From that instant on nothing reaches the disk, and what
 * was written but not synced is gone, as it is when the plug is pulled. Linux, as root.
 */
export class VolatileDisk implements AsyncDisposable {
  readonly path: string
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
    this.path = join(folder, 'disk')
  }

  /** Undefined where this machine has no loop devices or we may not use them. */
  static async create(sizeBytes: number): Promise<VolatileDisk | undefined> {
    const folder = await mkdtemp(join(tmpdir(), 'datahub-disk-'))
    const disk = new VolatileDisk(folder)
    await writeFile(disk.#image, '')
    await truncate(disk.#image, sizeBytes)
    await mkdir(disk.path)
    const isMade = ['chmod', 'mkfs.ext4'].every((command) =>
      command === 'chmod' ? run('chmod', '755', folder) : run('mkfs.ext4', '-q', '-F', disk.#image),
    )
    if (isMade && disk.mount()) return disk
    await rm(folder, { recursive: true, force: true })
    return undefined
  }

  get #image(): string {
    return join(this.#folder, 'image')
  }

  mount(): boolean {
    return run('mount', '-o', 'loop', this.#image, this.path)
  }

  /** Nobody's write gets through any more. Whoever still runs on it has to be killed before it is mounted again. */
  cutPower(): void {
    const program = `import fcntl, os, struct
fcntl.ioctl(os.open(${JSON.stringify(this.path)}, os.O_RDONLY), 0x8004587D, struct.pack('I', 2))`
    if (!run('/usr/bin/python3', '-c', program)) throw new Error(`${this.path} could not be shut down`)
  }

  /** After a power cut: the journal is replayed, as at the next boot. */
  remount(): void {
    if (!run('umount', this.path) || !this.mount()) throw new Error(`${this.path} could not be mounted again`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    run('umount', '-l', this.path)
    await rm(this.#folder, { recursive: true, force: true })
  }
}

function run(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

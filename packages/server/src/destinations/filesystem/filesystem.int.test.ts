import { execFileSync, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import type { CheckStep } from '@datahub/core/check/check-step'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEgress } from '../../foundation/egress.ts'
import { exerciseDestination } from '../exercise-destination.ts'
import { sha256Of } from '../sealed.ts'
import { shortMemory } from '../short-memory.ts'
import { filesystem, filesystemSettings } from './index.ts'
import { withFileLock } from './lock.ts'

const never = new AbortController().signal
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'datahub-folder-'))
})
afterAll(() => rm(root, { recursive: true }))

function world(folders?: readonly string[]) {
  return { instanceId: 'test', egress: openEgress([]), folders, dataDir: join(root, 'hub') }
}

function openAt(path: string) {
  return filesystem.open(filesystemSettings.parse({ path }), world(), shortMemory())
}

function labelsOf(bytes: Buffer) {
  return { instance: 'test', sha256: sha256Of(bytes) }
}

exerciseDestination('a folder', () => Promise.resolve(openAt(join(root, 'bucket'))))

describe('a folder', () => {
  test('holds the objects and nothing else, a lock file aside', async () => {
    const path = join(root, 'tidy')
    const destination = openAt(path)
    const bytes = Buffer.from('a,b\n')
    await destination.putNew('reports/1/p.zip', bytes, labelsOf(bytes), never)
    await destination.putVersion('reports/1/log.csv', bytes, labelsOf(bytes), null, never)
    for await (const step of destination.check(never)) expect(step.verdict).not.toBe('failed')
    expect((await readdir(path, { recursive: true })).sort()).toEqual(
      ['.datahub.lock', 'reports', 'reports/1', 'reports/1/log.csv', 'reports/1/p.zip'].sort(),
    )
  })

  test.each(['../out', 'reports/../../out', '/etc/passwd', 'a//b', './a', 'a\\..\\b', 'a\0b', ''])(
    'refuses the key %j, which may lead out of it',
    (key) => {
      expect(() => openAt(join(root, 'bucket')).get(key, never)).toThrow(
        expect.objectContaining({ code: 'destination.refused' }) as Error,
      )
    },
  )

  test('what a killed process left unfinished is removed after an hour', async () => {
    const folder = join(root, 'killed', 'reports', '1')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, '.a.zip.1.datahub-part'), 'old')
    await writeFile(join(folder, '.b.zip.2.datahub-part'), 'being written')
    await utimes(join(folder, '.a.zip.1.datahub-part'), 0, 0)
    const bytes = Buffer.from('x')
    await openAt(join(root, 'killed')).putNew('reports/1/c.zip', bytes, labelsOf(bytes), never)
    expect((await readdir(folder)).sort()).toEqual(['.b.zip.2.datahub-part', 'c.zip'])
  })

  test('a killed process does not keep its lock', async () => {
    const lock = join(root, 'killed.lock')
    const holder = spawn(
      process.execPath,
      [
        '-e',
        `const db = new (require('node:sqlite').DatabaseSync)(${JSON.stringify(lock)})
        db.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => db, 1000)`,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
    await once(holder.stdout, 'data')
    let held = true
    const taken = withFileLock(lock, never, async () => expect(held).toBe(false))
    await new Promise((done) => setTimeout(done, 100))
    held = false
    holder.kill('SIGKILL')
    await taken
  })

  test.runIf(process.getuid?.() === 0)('R10: a full disk is said to be full, and leaves nothing behind', async () => {
    const path = join(root, 'small')
    await mkdir(path)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path])
    try {
      const bytes = Buffer.alloc(4 * 1024 * 1024)
      const attempt = openAt(path).putNew('reports/1/big.zip', bytes, labelsOf(bytes), never)
      await expect(attempt).rejects.toMatchObject({
        code: 'destination.folder_failed',
        facts: { code: 'ENOSPC' },
        hint: 'The disk that holds the folder is full: free or add space.',
      })
      expect(await readdir(join(path, 'reports/1'))).toEqual([])
    } finally {
      execFileSync('umount', [path])
    }
  })

  test('a file where a folder belongs fails the connection test in words', async () => {
    const path = join(root, 'file')
    await writeFile(path, '')
    const steps: CheckStep[] = []
    for await (const step of openAt(path).check(never)) steps.push(step)
    expect(steps.map((step) => step.verdict)).toEqual(['failed', 'skipped', 'skipped', 'skipped', 'skipped'])
    expect(steps[0]?.message).toBe('The folder cannot be written (EEXIST).')
    expect(await readFile(path, 'utf8')).toBe('')
  })
})

describe('admission of a folder', () => {
  test("the hub's own folder is refused, by any way to it", async () => {
    await mkdir(join(root, 'hub'), { recursive: true })
    await symlink(join(root, 'hub'), join(root, 'alias'))
    for (const path of ['hub', 'hub/out', 'other/../hub/out', 'alias', 'alias/deep/er']) {
      const settings = filesystemSettings.parse({ path: join(root, path) })
      expect(() => filesystem.admit(settings, world()), path).toThrow(
        expect.objectContaining({ code: 'destination.folder_forbidden' }) as Error,
      )
    }
    filesystem.admit({ path: join(root, 'hubris') }, world())
  })

  test('where the operator names folders, only they are open', () => {
    const allowed = world([join(root, 'open')])
    filesystem.admit({ path: join(root, 'open', 'acme') }, allowed)
    for (const path of ['opened', 'elsewhere']) {
      expect(() => filesystem.admit({ path: join(root, path) }, allowed)).toThrow(
        expect.objectContaining({ code: 'destination.folder_forbidden' }) as Error,
      )
    }
  })

  test('a relative path and an unknown field are refused', () => {
    expect(filesystemSettings.safeParse({ path: './bucket' }).success).toBe(false)
    expect(filesystemSettings.safeParse({ path: '/srv', mode: 1 }).success).toBe(false)
  })
})

import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { crc32, deflateRawSync } from 'node:zlib'
import type { Column } from '@datahub/core/bucket/column'
import type { Manifest } from '@datahub/core/bucket/manifest'
import { syncLogName } from '@datahub/core/bucket/names'
import { expect, test } from 'vitest'
import yazl from 'yazl'
import { loadTask } from './load-task.ts'
import { taskStatus } from './task-status.ts'
import { text } from './targets/sql.ts'
import { TestSender, type TestDelivery } from './testing/sender.ts'
import { rowsIn, TEST_TARGETS, within } from './testing/test-target.ts'

const COLUMNS: readonly Column[] = [
  { name: 'date', type: 'date', nullable: false },
  { name: 'asin', type: 'text', nullable: false },
]
const REPORT = { table: 'daily', columns: COLUMNS, rows: [['2025-01-01', 'a']], dateColumn: 'date' }
const CSV = 'daily_161_20250826.csv'

type Files = ReadonlyMap<string, Buffer>
type Entry = {
  readonly name: string
  readonly bytes: Buffer
  readonly declaredBytes?: number
  readonly crc?: number
  readonly flags?: number
  readonly method?: number
}

/** A zip by hand, for what no tool would write. */
function zipOf(entries: readonly Entry[], { count = entries.length, comment = '' } = {}): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, bytes, declaredBytes = bytes.length, crc = crc32(bytes), flags = 0, method = 8 } of entries) {
    const packed = method === 8 ? deflateRawSync(bytes) : bytes
    const label = Buffer.from(name)
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(flags, 2)
    facts.writeUInt16LE(method, 4)
    facts.writeUInt32LE(crc, 10)
    facts.writeUInt32LE(packed.length, 14)
    facts.writeUInt32LE(declaredBytes, 18)
    facts.writeUInt16LE(label.length, 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    parts.push(Buffer.from('PK\u0003\u0004'), facts, label, packed)
    directory.push(Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), facts, tail, label)
    at += 30 + label.length + packed.length
  }
  const end = Buffer.alloc(18)
  const size = directory.reduce((sum, one) => sum + one.length, 0)
  end.writeUInt16LE(count, 4)
  end.writeUInt16LE(count, 6)
  end.writeUInt32LE(size, 8)
  end.writeUInt32LE(at, 12)
  end.writeUInt16LE(comment.length, 16)
  return Buffer.concat([...parts, ...directory, Buffer.from('PK\u0005\u0006'), end, Buffer.from(comment)])
}

const only = (files: Files) => files.get(CSV) as Buffer
const byHand = (make: (csv: Buffer) => Buffer): Partial<TestDelivery> => ({
  zip: (files, path) => writeFile(path, make(only(files))),
})
const tampered = (change: (manifest: Manifest) => void): Partial<TestDelivery> => ({
  tamper(manifest) {
    const copy = structuredClone(manifest)
    change(copy)
    return copy
  },
})

const HOSTILE: Record<string, { delivery: Partial<TestDelivery>; reason: RegExp }> = {
  'a path out of the folder': {
    delivery: byHand((csv) => zipOf([{ name: '../../etc/cron.d/daily_161_20250826.csv', bytes: csv }])),
    reason: /zip is broken|not the name of a report/,
  },
  'an absolute path': {
    delivery: byHand((csv) => zipOf([{ name: '/daily_161_20250826.csv', bytes: csv }])),
    reason: /zip is broken|not the name of a report/,
  },
  'a folder': {
    delivery: byHand((csv) =>
      zipOf([
        { name: CSV, bytes: csv },
        { name: 'x/', bytes: Buffer.alloc(0) },
      ]),
    ),
    reason: /not the name of a report/,
  },
  'SQL in a name': {
    delivery: byHand((csv) => zipOf([{ name: 'daily; drop table daily--_161_20250826.csv', bytes: csv }])),
    reason: /not the name of a report/,
  },
  'a file of another task': {
    delivery: byHand((csv) => zipOf([{ name: 'daily_162_20250826.csv', bytes: csv }])),
    reason: /of task 162/,
  },
  'a name twice': {
    delivery: byHand((csv) =>
      zipOf([
        { name: CSV, bytes: csv },
        { name: CSV, bytes: csv },
      ]),
    ),
    reason: /twice/,
  },
  'a file that the manifest does not have': {
    delivery: byHand((csv) =>
      zipOf([
        { name: CSV, bytes: csv },
        { name: 'more_161_20250826.csv', bytes: csv },
      ]),
    ),
    reason: /which the manifest does not have/,
  },
  'a program beside the CSV': {
    delivery: byHand((csv) =>
      zipOf([
        { name: CSV, bytes: csv },
        { name: 'run.sh', bytes: csv },
      ]),
    ),
    reason: /not the name of a report/,
  },
  'more bytes than it declares': {
    delivery: byHand((csv) =>
      zipOf([{ name: CSV, bytes: Buffer.concat([csv, Buffer.alloc(1e6, 'x')]), declaredBytes: csv.length }]),
    ),
    reason: /larger than the zip declares/,
  },
  'gigabytes declared that are not there': {
    delivery: byHand((csv) => zipOf([{ name: CSV, bytes: csv, declaredBytes: 0xfffffff0 }])),
    reason: /bytes in the zip and|declares/,
  },
  'more entries declared than there are': {
    delivery: byHand((csv) => zipOf([{ name: CSV, bytes: csv }], { count: 65_534 })),
    reason: /holds 65534 files/,
  },
  'a wrong checksum': { delivery: byHand((csv) => zipOf([{ name: CSV, bytes: csv, crc: 1 }])), reason: /checksum/ },
  'an encrypted entry': {
    delivery: byHand((csv) => zipOf([{ name: CSV, bytes: csv, flags: 1 }])),
    reason: /encrypted|broken/,
  },
  'an unknown compression': {
    delivery: byHand((csv) => zipOf([{ name: CSV, bytes: csv, method: 12 }])),
    reason: /method 12/,
  },
  'no zip at all': { delivery: byHand(() => Buffer.from('not a zip')), reason: /zip is broken/ },
  'a zip that ends early': {
    delivery: byHand((csv) => zipOf([{ name: CSV, bytes: csv }]).subarray(0, -30)),
    reason: /zip is broken/,
  },
  'an empty zip': { delivery: byHand(() => zipOf([])), reason: /holds no CSV/ },
  'a wrong count of rows': {
    delivery: tampered((manifest) => (manifest.reports[0]!.rows = 2)),
    reason: /has 1 rows, the manifest says 2/,
  },
  'a wrong hash of a CSV': {
    delivery: tampered((manifest) => (manifest.reports[0]!.sha256 = '0'.repeat(64))),
    reason: /SHA-256 of the manifest/,
  },
  'a wrong hash of the zip': {
    delivery: tampered((manifest) => (manifest.package.sha256 = '0'.repeat(64))),
    reason: /SHA-256 of its manifest/,
  },
  'a wrong size of the zip': {
    delivery: tampered((manifest) => (manifest.package.sizeBytes += 1)),
    reason: /manifest does not fit/,
  },
  'another execution in the manifest': {
    delivery: tampered((manifest) => (manifest.executionId = 99)),
    reason: /of execution 99/,
  },
  'a snapshot of tomorrow, which nothing would ever replace': {
    delivery: tampered((manifest) => (manifest.snapshotAt = '9999-01-01T00:00:00Z')),
    reason: /snapshot 9999-01-01T00:00:00Z lies in the future/,
  },
  'another header than the manifest': {
    delivery: tampered((manifest) => (manifest.reports[0]!.columns[1]!.name = 'other')),
    reason: /column 2 is "asin" instead of "other"/,
  },
  'a file in the manifest that is not there': {
    delivery: tampered((manifest) =>
      manifest.reports.push({ ...manifest.reports[0]!, fileName: 'x_161_20250826.csv', table: 'x' }),
    ),
    reason: /the zip lacks/,
  },
  'a manifest that sends a file elsewhere': {
    delivery: tampered((manifest) => (manifest.reports[0]!.table = '_datahub_ledger'.slice(1))),
    reason: /manifest/,
  },
}

test.each(Object.entries(HOSTILE))(
  'R33: %s is refused, recorded, and the package after it loads',
  async (_, { delivery, reason }) => {
    await using database = await TEST_TARGETS.sqlite()
    await using sender = new TestSender()
    await sender.deliver({ executionId: 1, reports: [REPORT], ...delivery })
    await sender.deliver({
      executionId: 2,
      range: ['2025-01-02', '2025-01-03'],
      reports: [{ ...REPORT, rows: [['2025-01-02', 'good']] }],
    })
    const options = { bucket: sender.folder, taskId: 161, into: database.url }
    const { packages } = await loadTask(options)
    expect(packages.map(({ state }) => state)).toEqual(['refused', 'loaded'])
    expect(packages[0]?.reason).toMatch(reason)
    expect(await rowsIn(database.url, 'daily', COLUMNS)).toEqual([['2025-01-02', 'good']])
    // Nothing is tried again, and everybody can see why.
    expect((await loadTask(options)).packages).toEqual([])
    expect((await taskStatus(options)).refused).toMatchObject([
      { packageName: sender.nameOf(1), reason: packages[0]?.reason },
    ])
  },
)

/** Found out only while the rows go in, or after them. */
const LATE = ['more bytes than it declares', 'a wrong checksum', 'a wrong count of rows', 'a wrong hash of a CSV']

test.each(['postgres', 'mysql', 'sqlite', 'duckdb'] as const)(
  'R33: what shows only while rows are written leaves none, of no report of the package (%s)',
  async (kind) => {
    await using database = await TEST_TARGETS[kind]()
    await using sender = new TestSender()
    const fine = { ...REPORT, table: 'another' }
    for (const [at, what] of LATE.entries()) {
      const { zip, tamper } = HOSTILE[what]?.delivery ?? {}
      const own = (files: Files) => new Map([[CSV, only(files)]])
      await sender.deliver({
        executionId: at + 1,
        // The report that is in order goes first, and is in the table when the other one is found out.
        reports: tamper ? [REPORT, fine] : [REPORT],
        ...(tamper && { tamper }),
        ...(zip && { zip: (files, path) => zip(own(files), path) }),
      })
    }
    const options = { bucket: sender.folder, taskId: 161, into: database.url }
    const { packages } = await loadTask(options)
    expect(packages.map(({ state, reason }) => [state, reason])).toEqual(
      LATE.map((what) => ['refused', expect.stringMatching(HOSTILE[what]?.reason ?? /^$/)]),
    )
    for (const table of ['daily', 'another']) expect((await rowsIn(database.url, table, COLUMNS)) ?? []).toEqual([])
    await sender.deliver({ executionId: 9, reports: [REPORT] })
    expect((await loadTask(options)).packages).toMatchObject([{ state: 'loaded', rows: 1 }])
    expect((await taskStatus(options)).refused).toHaveLength(LATE.length)
  },
)

test('R33: a log that lies is refused line by line', async () => {
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await sender.deliver({ executionId: 1, reports: [REPORT] })
  await sender.log({ executionId: 2, fileName: '../../../etc/passwd' })
  await sender.log({ executionId: 3, fileName: sender.nameOf(3) })
  await sender.log({ executionId: 4, fileName: `x'; drop table _datahub_ledger; --.zip` })
  const { packages } = await loadTask({ bucket: sender.folder, taskId: 161, into: database.url })
  expect(packages.map(({ state, reason }) => [state, reason])).toEqual([
    ['loaded', undefined],
    ['refused', expect.stringContaining('is not the name of a package')],
    ['refused', 'the package is not there'],
    ['refused', expect.stringContaining('is not the name of a package')],
  ])
})

test('R33: an honest package that compresses more than 293 to one is accepted', async () => {
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  const rows = Array.from({ length: 20_000 }, () => ['2025-01-01', '0'.repeat(5_000)])
  const name = await sender.deliver({ executionId: 1, reports: [{ ...REPORT, rows }] })
  expect((20_000 * 5_012) / (await stat(join(sender.directory, name))).size).toBeGreaterThan(293)
  const { packages } = await loadTask({ bucket: sender.folder, taskId: 161, into: database.url })
  expect(packages[0]).toMatchObject({ state: 'loaded', rows: 20_000 })
})

test('a limit on content is absolute', async () => {
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await sender.deliver({ executionId: 1, reports: [REPORT] })
  const { packages } = await loadTask({
    bucket: sender.folder,
    taskId: 161,
    into: database.url,
    limits: { contentMaxBytes: 10 },
  })
  expect(packages[0]?.reason).toMatch(/bytes of content, more than 10/)
})

const run = promisify(execFile)
const TOOLS: Record<string, (files: Files, path: string) => Promise<void>> = {
  yazl: async (files, path) => {
    const zip = new yazl.ZipFile()
    for (const [name, bytes] of files) zip.addBuffer(bytes, name, { forceZip64Format: true })
    zip.end()
    await pipeline(zip.outputStream, createWriteStream(path))
  },
  'Info-ZIP': async (files, path) => {
    const folder = await unpacked(files, path)
    await run('zip', ['-q', '-X', path, ...files.keys()], { cwd: folder })
  },
  '7z': async (files, path) => {
    const folder = await unpacked(files, path)
    await run('7z', ['a', '-tzip', path, ...files.keys()], { cwd: folder })
  },
  'Python zipfile': async (files, path) => {
    const folder = await unpacked(files, path)
    const script =
      'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:\n  for n in sys.argv[2:]: z.write(n)'
    await run('python3', ['-c', script, path, ...files.keys()], { cwd: folder })
  },
  Java: async (files, path) => {
    const folder = await unpacked(files, path)
    await run('jar', ['--create', '--no-manifest', '--file', path, ...files.keys()], { cwd: folder })
  },
  'a stream, with sizes after the content': async (files, path) => {
    const folder = await unpacked(files, path)
    await run('bash', ['-c', 'out=$1; shift; zip -q -X - "$@" | cat > "$out"', 'bash', path, ...files.keys()], {
      cwd: folder,
    })
  },
  'a tool that only stores': async (files, path) => {
    await writeFile(
      path,
      zipOf(
        [...files].map(([name, bytes]) => ({ name, bytes, method: 0 })),
        { comment: 'made by hand' },
      ),
    )
  },
}

async function unpacked(files: Files, path: string): Promise<string> {
  const folder = join(path, '..', '..')
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes)
  return folder
}

test.each(Object.entries(TOOLS))('a package written by %s loads', async (_, zip) => {
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await sender.deliver({ executionId: 1, reports: [REPORT, { ...REPORT, table: 'second' }], zip })
  const { packages } = await loadTask({ bucket: sender.folder, taskId: 161, into: database.url })
  expect(packages[0]).toMatchObject({ state: 'loaded', rows: 2 })
  expect(await rowsIn(database.url, 'second', COLUMNS)).toEqual([['2025-01-01', 'a']])
})

test('a log that is broken is no end: the directory is listed, and the user is told', async () => {
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await sender.deliver({ executionId: 1, reports: [REPORT] })
  const log = join(sender.directory, syncLogName(161))
  await writeFile(log, (await readFile(log, 'utf8')).replace('Status', 'State'))
  const notes: string[] = []
  const { packages } = await loadTask({
    bucket: sender.folder,
    taskId: 161,
    into: database.url,
    onEvent: (event) => event.kind === 'found' && notes.push(...event.notes),
  })
  expect(packages[0]).toMatchObject({ state: 'loaded' })
  expect(notes[0]).toMatch(/is not a sync log .*the header lacks Status.*: the directory was listed instead/)
  await within(database.url, (target) => target.query(text('select * from _datahub_ledger')))
})

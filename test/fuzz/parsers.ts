import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { parseYaml } from '../../packages/cli/src/yaml/parse.ts'
import { toPlainValue } from '../../packages/cli/src/yaml/plain-value.ts'
import { contract } from '@datahub/core/api/contract'
import { formatRecord, parseRecords } from '@datahub/core/bucket/csv'
import { formatManifest, parseManifest } from '@datahub/core/bucket/manifest'
import { parseCsvName, parsePackageName } from '@datahub/core/bucket/names'
import { formatSyncLog, parseSyncLog, type SyncLogRow } from '@datahub/core/bucket/sync-log'
import { everFires, parseCron, timesFrom } from '@datahub/core/task/cron'
import { HubDefinition } from '@datahub/core/task/definition'
import fc from 'fast-check'
import yazl from 'yazl'
import { readRecords } from '../../packages/loader/src/csv/read-records.ts'
import { LIMITS } from '../../packages/loader/src/package/limits.ts'
import { openZip } from '../../packages/loader/src/package/zip-file.ts'
import { Refusal } from '../../packages/loader/src/problem.ts'
import { spoilt, spoiltBytes } from './mutations.ts'

export interface FuzzedParser {
  readonly name: string
  /** Made for each use, because some need to start something. */
  property(): fc.IAsyncProperty<[unknown]> | fc.IAsyncPropertyWithHooks<[unknown]>
}

/** What may be thrown at whoever gave the input; everything else is a defect of ours. */
type Refuses = (error: unknown) => boolean

const isSyntaxError: Refuses = (error) => error instanceof SyntaxError
/** Of our own making: what an engine throws is a TypeError, a RangeError or the like. */
const isPlainError: Refuses = (error) =>
  error instanceof Error && [Error, SyntaxError].includes(error.constructor as typeof Error)
const isRefusal: Refuses = (error) => error instanceof Refusal

async function refusesOrNot(work: () => unknown, refuses: Refuses): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!refuses(error)) throw error
  }
}

function parser<Input>(
  name: string,
  inputs: fc.Arbitrary<Input>,
  check: (input: Input) => Promise<void>,
): FuzzedParser {
  return { name, property: () => fc.asyncProperty(inputs, check) }
}

const cell = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '"', ',', '\n', '\r', '\r\n'),
)
const instant = fc.date({ min: new Date(0), max: new Date('9000-01-01'), noInvalidDate: true })
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value)
const id = fc.integer({ min: 1, max: 2 ** 40 })

const logRow: fc.Arbitrary<SyncLogRow> = fc.record({
  executionId: id,
  taskId: id,
  requestId: fc.uuid(),
  triggeredAt: instant,
  startedAt: maybe(instant),
  endedAt: maybe(instant),
  sendStartedAt: maybe(instant),
  status: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8),
  fileName: maybe(fc.string({ minLength: 1 })),
  sizeBytes: maybe(fc.nat()),
  failureReason: maybe(fc.string({ unit: 'binary' })),
})
const log = fc.uniqueArray(logRow, { selector: (row) => row.executionId, maxLength: 5 })

const hex = fc.string({ minLength: 1 }).map((text) => createHash('sha256').update(text).digest('hex'))
const manifest = fc
  .record({ taskId: id, executionId: id, requestId: fc.uuid(), sizeBytes: fc.nat(), sha256: hex, name: fc.string() })
  .map(({ taskId, executionId, requestId, sizeBytes, sha256, name }) =>
    formatManifest({
      version: 1,
      instanceId: requestId,
      taskId,
      executionId,
      requestId,
      dataSource: 'ads',
      dataRange: { from: '2025-01-01T00:00:00Z', to: '2025-01-02T00:00:00Z', timeZone: 'UTC' },
      trigger: 'schedule',
      supersedes: [],
      snapshotAt: '2025-01-02T00:00:00Z',
      package: { key: name, sizeBytes, sha256 },
      reports: [
        {
          fileName: name,
          table: 'clicks',
          rows: 1,
          sizeBytes,
          sha256,
          columns: [{ name, type: 'text', nullable: true }],
        },
      ],
    }),
  )

const zip = fc
  .array(fc.tuple(fc.constantFrom('clicks', 'views', 'spend'), fc.string({ unit: 'binary', maxLength: 400 })), {
    maxLength: 3,
  })
  .map(async (files) => {
    const file = new yazl.ZipFile()
    for (const [table, text] of files) file.addBuffer(Buffer.from(text), `${table}_161_20250826.csv`)
    file.end()
    return buffer(file.outputStream)
  })

const HUB_FILE = `sources:
  - name: market_insight
    kind: postgres
    connection: { host: 127.0.0.1, port: 5432, password: "\${env:ADS_PASSWORD}" }
    reports:
      - table: market_insight_asin
        from: public.market_insight_asin
        primaryKey: [date, asin]
tasks:
  - { name: daily, source: market_insight, destination: acme, schedule: { every: day, at: "03:00", timeZone: UTC } }
`

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Every parser of bytes that come from outside: spoilt input is refused in its own words, and whole input survives. */
export const PARSERS: readonly FuzzedParser[] = [
  parser('sync log: spoilt', spoilt(log.map((rows) => formatSyncLog(rows))), (text) =>
    refusesOrNot(() => {
      // Whatever was understood can be written, and is understood again as the same
      const rows = parseSyncLog(text)
      if (new Set(rows.map(({ executionId }) => executionId)).size !== rows.length) return
      const again = parseSyncLog(formatSyncLog(rows))
      if (again.length !== rows.length) throw new Error(`${rows.length} rows became ${again.length}`)
    }, isSyntaxError),
  ),
  parser('manifest: spoilt', spoilt(manifest), (text) =>
    refusesOrNot(() => {
      const parsed = parseManifest(text)
      if (Object.getPrototypeOf(parsed) !== Object.prototype) throw new Error('its prototype was changed')
    }, isSyntaxError),
  ),
  parser(
    'CSV: spoilt',
    spoilt(fc.array(fc.array(cell, { minLength: 1 })).map((rows) => rows.map(formatRecord).join(''))),
    (text) => refusesOrNot(() => parseRecords(text), isSyntaxError),
  ),
  parser(
    'CSV: both readers agree, however it is cut',
    fc.tuple(
      fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 40 }),
    ),
    async ([rows, size]) => {
      const width = Math.max(0, ...rows.map((row) => row.length))
      const even = rows.map((row) => [...row, ...Array.from({ length: width - row.length }, () => 'x')])
      const text = even.map(formatRecord).join('')
      const read: (string | null)[][] = []
      for await (const batch of readRecords(pieces(Buffer.from(text), size)))
        read.push(...batch.map((record) => [...record]))
      const whole = parseRecords(text)
      const wanted = JSON.stringify(even.map((row) => row.map((value) => value?.toWellFormed() ?? null)))
      if (JSON.stringify(read) !== wanted) throw new Error(`the loader reads ${JSON.stringify(read)}`)
      if (JSON.stringify(whole.map((row) => row.map((value) => value?.toWellFormed() ?? null))) !== wanted)
        throw new Error(`core reads ${JSON.stringify(whole)}`)
    },
  ),
  parser(
    'CSV in the loader: any bytes',
    fc.tuple(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 40 })),
    async ([bytes, size]) =>
      refusesOrNot(async () => {
        for await (const batch of readRecords(pieces(Buffer.from(bytes), size))) void batch
      }, isRefusal),
  ),
  parser('zip: spoilt', fc.tuple(zip, spoiltBytes(fc.constant(Buffer.alloc(64)))), async ([made, noise]) => {
    const bytes = await made
    // The same edits as for text, drawn by their bytes: a zip is made only when it is asked for
    const spoiltZip = Buffer.from(bytes)
    for (const [index, byte] of noise.entries())
      if (byte !== 0 && index < 6) spoiltZip[(byte * 131 + index * 17) % spoiltZip.length] = byte
    await refusesOrNot(async () => {
      const opened = await openZip(spoiltZip, 161, LIMITS)
      try {
        for (const file of opened.files) for await (const chunk of opened.read(file)) void chunk
      } finally {
        await opened.close()
      }
    }, isRefusal)
  }),
  parser('zip: any bytes', fc.uint8Array({ maxLength: 400 }), (bytes) =>
    refusesOrNot(async () => (await openZip(Buffer.from(bytes), 161, LIMITS)).close(), isRefusal),
  ),
  parser('hub.yaml: spoilt', spoilt(fc.constant(HUB_FILE)), async (text) => {
    const parsed = parseYaml(text)
    if (parsed.problems.length > 0) return
    const { value } = toPlainValue(parsed, { ADS_PASSWORD: 'x' })
    HubDefinition.safeParse(value)
    if (({} as Record<string, unknown>)['polluted'] !== undefined)
      throw new Error('the prototype of all objects was changed')
  }),
  parser(
    'cron: spoilt',
    spoilt(fc.constantFrom('0 3 * * *', '*/15 8-18 * * MON-FRI', '0 0 1,15 * *', '59 23 31 12 *')),
    (text) =>
      refusesOrNot(() => {
        const cron = parseCron(text)
        if (!everFires(cron)) return
        const startMs = Date.UTC(2025, 0, 1)
        let count = 0
        let last = startMs - 1
        for (const time of timesFrom(cron, startMs)) {
          if (time <= last) throw new Error(`${time} does not come after ${last}`)
          last = time
          if ((count += 1) === 5) break
        }
      }, isPlainError),
  ),
  parser(
    'names: any text',
    fc.oneof(fc.string({ unit: 'binary' }), spoilt(fc.constant('market_insight_161_20250826_0000000042.zip'))),
    async (text) => {
      const [name, csv] = [parsePackageName(text), parseCsvName(text)]
      if (/[/\\\0]/.test(text) && (name ?? csv)) throw new Error(`${JSON.stringify(text)} was taken for a name`)
    },
  ),
  parser('HTTP input: anything at all', fc.anything({ withNullPrototype: true, maxDepth: 4 }), async (value) => {
    for (const schema of inputSchemas()) schema.safeParse(value)
  }),
]

interface Schema {
  safeParse(value: unknown): unknown
}

/** What every operation of the API takes. */
function inputSchemas(): Schema[] {
  const found: Schema[] = []
  const visit = (node: unknown): void => {
    const schema = (node as { '~orpc'?: { inputSchema?: Schema } })['~orpc']
    if (schema) {
      if (schema.inputSchema) found.push(schema.inputSchema)
      return
    }
    for (const child of Object.values(node as object)) visit(child)
  }
  visit(contract)
  if (found.length < 10) throw new Error('the contract does not look as it used to')
  return found
}

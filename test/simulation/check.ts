import { parseManifest, type Manifest } from '@datahub/core/bucket/manifest'
import { formatSyncLog, parseSyncLog, type SyncLogRow } from '@datahub/core/bucket/sync-log'
import { codes } from '@datahub/core/error/codes'
import type { DataRange } from '@datahub/core/execution/data-range'
import { isFailed, isFinal, STATUS } from '@datahub/core/execution/status'
import { coveredBy } from '@datahub/core/task/coverage'
import type { Schedule } from '@datahub/core/task/schedule'
import type { Mode } from '../../packages/loader/src/tables/table-mapping.ts'
import { compareRows, expectedRows } from './check-receiver.ts'
import { fireAtOf, nextSlot } from '@datahub/core/task/slots'
import type { Rows } from './database.ts'
import type { Disk } from './disk.ts'
import { sha256Of } from './disk.ts'
import type { Surroundings } from './hub.ts'
import { somePlaces, type Place } from './place.ts'
import { CANARY, type StoredThing } from './s3.ts'
import { hasRangeOf, isOpen } from './stores/execution-rows.ts'
import type { SimulatedPackage } from './stores/package-writer.ts'
import type { World } from './world.ts'

const SPOILT = 'spoilt'

/** What must hold in every history, looked at from outside: in the bucket, and in what is committed. I1 to I9. */
export class Checker {
  readonly places = somePlaces()
  readonly violations: string[] = []
  readonly mishaps = new Set<string>()
  readonly #world: World
  readonly #surroundings: Surroundings
  readonly #schedule: Schedule
  /** Where the task delivers at the moment. */
  #at: Place = this.places[0]
  /** Where each execution, by its request, was to be delivered as it began: a task does not move while one is open. */
  readonly #homes = new Map<string, Place>()
  /** As it was after the commit before. */
  #log: Rows['sync_log'] | undefined
  #bornAt = new Date(0)
  /** Packages that a reader of the first log has ever been told of. */
  readonly #delivered = new Set<string>()
  /** Keys of packages that were whole, with the size that the log said; what is published does not change (I3). */
  readonly #whole = new Map<string, number | null>()
  /** Executions that have been seen, by their requests: a restored database gives out numbers again. */
  readonly #started = new Set<string>()
  /** Uploads that the hub has written down at some time. */
  readonly #knownUploads = new Set<string>()
  #isRestored = false
  #isPaused = false

  constructor(world: World, surroundings: Surroundings, schedule: Schedule) {
    this.#world = world
    this.#surroundings = surroundings
    this.#schedule = schedule
    surroundings.database.onCommit = (tx) => {
      for (const [id] of tx.written('open_upload')) this.#knownUploads.add(id)
      this.#lookAtMove()
      for (const [, execution] of tx.written('execution')) if (execution) this.#lookAtStart(execution)
    }
    surroundings.s3.onPut = (key, before, after) => this.#lookAtPut(key, before, after)
    surroundings.s3.onPart = (id, key) => this.#lookAtPart(id, key)
  }

  begin(): void {
    this.#bornAt = this.#surroundings.database.now()
  }

  violate(what: string): void {
    this.#world.note(`VIOLATION ${what}`)
    this.violations.push(what)
  }

  counts(): { executions: number; delivered: number } {
    const executions = [...this.#surroundings.database.committed('execution')]
    return {
      executions: executions.length,
      delivered: executions.filter(({ status }) => status === STATUS.fileSendSuccess).length,
    }
  }

  /** What neither the backup nor the bucket has any more is gone for good. */
  restored(): void {
    this.#isRestored = true
    for (const { logKey, seen } of this.places) {
      const log = this.#surroundings.s3.objects.get(logKey)
      const rows = log && log.bytes.toString() !== SPOILT ? parseSyncLog(log.bytes.toString()) : []
      for (const request of seen.keys()) if (!rows.some(({ requestId }) => requestId === request)) seen.delete(request)
    }
  }

  /** The customer has changed the log: what he has taken out the hub may put back, or, where it does not know it, not. */
  /** Whether whoever loads can follow the first log: the task may have left it as its customer had spoilt it, or before there was one. */
  get canLoad(): boolean {
    const [first] = this.places
    return !first.isGivenUp && this.#surroundings.s3.objects.has(first.logKey)
  }

  #logEdited(): void {
    const at = this.#at
    at.isEdited = true
    if (this.#isRestored) at.seen.clear()
  }

  deleteLog(): void {
    this.#surroundings.s3.objects.delete(this.#at.logKey)
    this.#logEdited()
  }

  /** As a spreadsheet does it: some row goes, or everything does. */
  editLog(): void {
    const { objects } = this.#surroundings.s3
    const { logKey } = this.#at
    const log = objects.get(logKey)
    // What is spoilt already cannot be spoilt more
    if (!log || log.bytes.toString() === SPOILT) return
    const { random } = this.#world
    const all = parseSyncLog(log.bytes.toString())
    const rows = random.chance(0.3) ? undefined : all.toSpliced(random.whole(0, Math.max(0, all.length - 1)), 1)
    const bytes = Buffer.from(rows ? formatSyncLog(rows) : SPOILT)
    objects.set(logKey, { ...log, bytes, etag: `"edited-${this.#world.random.whole(0, 1e9)}"` })
    this.#logEdited()
  }

  /** The old log stays as it was written last, which is whole unless it could not be written, or somebody has changed it. */
  #lookAtMove(): void {
    const { database } = this.#surroundings
    const [task] = database.committed('task')
    const [log] = database.committed('sync_log')
    const place = this.places.find(({ id }) => id === task?.destination_id)
    if (place && place !== this.#at) {
      this.#world.note(`the task delivers to ${place.name}`)
      const isWhole = this.#log !== undefined && this.#log.published >= this.#log.wanted && !this.#at.isEdited
      if (!isWhole) this.#giveUp(this.#at)
      // Where it comes back it tells again of all that it has delivered there
      place.isGivenUp = false
      place.untold.clear()
      this.#at = place
    }
    this.#log = log
  }

  /** Nobody can tell any more what its log has to show of what was delivered so far. */
  #giveUp(place: Place): void {
    place.isGivenUp = true
    place.seen.clear()
    for (const [request, home] of this.#homes) if (home === place) place.untold.add(request)
  }

  /** I5, R26: who asks for days that somebody delivers already is told of that one, and starts none beside it. */
  #lookAtStart(one: Rows['execution']): void {
    if (this.#started.has(one.request_id)) return
    this.#started.add(one.request_id)
    this.#homes.set(one.request_id, this.#at)
    if (one.trigger !== 'manual' && one.trigger !== 'retry') return
    for (const other of this.#surroundings.database.committed('execution'))
      if (other.id < one.id && isOpen(other) && hasRangeOf(other, one))
        this.violate(`I5 doubled: execution ${one.id} was started for the days that ${other.id} was delivering`)
  }

  /** I1, I2 and I3 hold at every moment, for whoever reads the bucket at that moment. */
  #lookAtPut(key: string, before: StoredThing | undefined, after: StoredThing): void {
    this.#world.note(`put ${key} ${after.bytes.length} bytes`)
    if (after.bytes.includes(CANARY)) this.violate(`I6: a secret is in ${key}`)
    const place = this.places.find(({ logKey }) => logKey === key)
    if (!place) return this.#lookAtObject(key, before, after)
    place.isEdited = false
    const rows = parseSyncLog(after.bytes.toString())
    for (const row of rows) {
      this.#requireHome(place, row.requestId, `the row of execution ${row.executionId}`)
      if (row.status === STATUS.fileSendSuccess) {
        this.#requirePackage(place, row)
        if (place === this.places[0]) this.#delivered.add(row.fileName ?? '')
      }
      if (isFinal(row.status)) place.seen.set(row.requestId, row)
    }
    if (new Set(rows.map(({ executionId }) => executionId)).size !== rows.length)
      this.violate('I2 doubled: two rows of one execution')
    // A store without conditions may be overtaken; the sweep puts that right
    if (this.#surroundings.s3.hasConditions) this.#requireRows(place, rows)
  }

  #lookAtObject(key: string, before: StoredThing | undefined, after: StoredThing): void {
    if (before && !before.bytes.equals(after.bytes)) this.violate(`I3 changed: ${key} was published with other content`)
    const place = this.places.find(({ directory }) => key.startsWith(directory))
    const request = after.metadata['datahub-request']
    if (place && request) this.#requireHome(place, request, key)
    if (place && key.endsWith('.manifest.json')) this.#lookAtRestated(place, key, parseManifest(after.bytes.toString()))
  }

  /** I2: what was delivered to one place is told of and lies in that one. */
  #requireHome(place: Place, request: string, what: string): void {
    const home = this.#homes.get(request)
    if (home && home !== place)
      this.violate(`I2 doubled: ${what} is at ${place.name}, and was delivered to ${home.name}`)
  }

  /**
   * I4: what is said to be restated was delivered to the same place, and shows no day newest any more: who takes it out, as
   * he is told, misses nothing.
   */
  #lookAtRestated(place: Place, key: string, { requestId, supersedes }: Manifest): void {
    if (supersedes.length === 0) return
    const executions = [...this.#surroundings.database.committed('execution')]
    const counts = executions.filter(
      ({ status, request_id: request }) =>
        request === requestId || (status === STATUS.fileSendSuccess && this.#homes.get(request) === place),
    )
    for (const row of executions) {
      if (!supersedes.includes(row.id)) continue
      if (this.#homes.get(row.request_id) !== place)
        this.violate(`I4 changed: ${key} takes the place of execution ${row.id}, which was delivered elsewhere`)
      const newer = counts.filter((other) => isNewer(other, row))
      const ranges = newer.map(({ range_from: from, range_to: to }) => ({ from, to }))
      // A restored database gives its numbers to others
      if (!this.#isRestored && !coveredBy(ranges)({ from: row.range_from, to: row.range_to }))
        this.violate(`I4 lost: ${key} takes the place of execution ${row.id}, and nothing newer has all of its days`)
    }
  }

  /** I7: whoever sends parts has written down where they are: a machine that dies would leave them behind, billed for ever. */
  #lookAtPart(id: string, key: string): void {
    if (!this.#knownUploads.has(id)) this.violate(`I7 left: ${id} of ${key} gets parts, and nobody has written it down`)
  }

  #requireRows(place: Place, rows: readonly SyncLogRow[]): void {
    const requests = new Map(rows.map((row) => [row.requestId, row]))
    for (const [request, seen] of place.seen) {
      const row = requests.get(request)
      if (!row) this.violate(`I2 lost: the row of execution ${seen.executionId} is gone from the log`)
      else if (row.status !== seen.status && !this.#isRestored)
        this.violate(`I2 changed: execution ${seen.executionId} ended with ${seen.status} and now with ${row.status}`)
    }
  }

  #requirePackage(place: Place, row: SyncLogRow): void {
    const key = `${place.directory}${row.fileName}`
    if (this.#whole.has(key) && this.#whole.get(key) === row.sizeBytes) return
    const { objects } = this.#surroundings.s3
    const zip = objects.get(key)
    const manifest = objects.get(key.replace('.zip', '.manifest.json'))
    if (!zip || !manifest)
      return this.violate(
        `I1 lost: the log says that ${row.fileName} is there, and ${zip ? 'its manifest' : 'it'} is not`,
      )
    const { package: said } = parseManifest(manifest.bytes.toString())
    if (zip.bytes.length !== row.sizeBytes || said.sizeBytes !== row.sizeBytes || said.sha256 !== sha256Of(zip.bytes))
      return this.violate(`I1 changed: ${row.fileName} is not what its log row and manifest say`)
    this.#whole.set(key, row.sizeBytes)
  }

  /** When everything has come to rest. */
  finish(disks: readonly Disk[]): void {
    const { database } = this.#surroundings
    const executions = [...database.committed('execution')]
    for (const place of this.places)
      this.#requireLog(
        place,
        executions.filter(({ request_id: request }) => this.#homes.get(request) === place),
      )
    for (const execution of executions) {
      this.#requireReason(execution)
      this.#requireOneEnd(execution)
    }
    this.#requireSlots(executions)
    this.#requireNoUploads()
    for (const disk of disks)
      if (disk.files.size > 0) this.violate(`I8: ${disk.name} still holds ${[...disk.files.keys()].join(', ')}`)
  }

  /** I2: each execution that was delivered there, once, and as it ended. */
  #requireLog(place: Place, executions: readonly Rows['execution'][]): void {
    const told = executions.filter(({ request_id: request }) => !place.untold.has(request))
    const log = this.#surroundings.s3.objects.get(place.logKey)
    if (told.length > 0 && !log) this.violate(`I2 lost: there is no log at ${place.name}`)
    const rows = place.isEdited && place !== this.#at ? [] : this.#readLog(log)
    this.#requireRows(place, rows)
    for (const execution of told) {
      const row = rows.find(({ requestId }) => requestId === execution.request_id)
      if (!row && !this.#isRestored) this.violate(`I2 lost: execution ${execution.id} is not in the log`)
      if (row && row.status !== execution.status)
        this.violate(`I2 changed: the log says ${row.status} of execution ${execution.id}, the hub ${execution.status}`)
      if (row?.status === STATUS.fileSendSuccess) this.#requireContent(execution)
    }
  }

  /** I4, R32: whatever happened to loaders, the receiver has the newest of what was delivered, once. */
  requireLoaded(rows: readonly string[], mode: Mode): void {
    // What the lost hub had delivered may have been loaded, or not
    if (this.#isRestored) return
    const expected = expectedRows(this.#surroundings.s3, this.places[0].directory, this.#delivered, mode)
    const { lost, extra } = compareRows(expected, rows)
    if (lost.length > 0) this.violate(`I4 lost: the receiver lacks ${lost.length} rows, ${lost[0]} the first`)
    if (extra.length > 0)
      this.violate(`I4 doubled: the receiver has ${extra.length} rows too many, ${extra[0]} the first`)
  }

  #readLog(log: StoredThing | undefined): SyncLogRow[] {
    try {
      return log ? parseSyncLog(log.bytes.toString()) : []
    } catch {
      this.violate('I2 lost: what stands there is no log')
      return []
    }
  }

  /** I4: a package is the source's data of its range at one instant, whole. */
  #requireContent(execution: {
    id: number
    range_from: Date
    range_to: Date
    time_zone: string
    snapshot_at: Date | null
    sha256: string | null
  }): void {
    const { s3, source } = this.#surroundings
    const range: DataRange = { from: execution.range_from, to: execution.range_to, timeZone: execution.time_zone }
    const found = [...s3.objects].find(([, { bytes }]) => sha256Of(bytes) === execution.sha256)
    if (!found) return this.violate(`I1 lost: no object holds what execution ${execution.id} sealed`)
    const { files } = JSON.parse(found[1].bytes.toString()) as SimulatedPackage
    const rows = (files[0]?.csv ?? '').split('\n').slice(1).join('\n')
    if (rows !== source.rowsAt(range, execution.snapshot_at?.getTime() ?? 0).join(''))
      this.violate(`I4 changed: execution ${execution.id} delivered other rows than its source had`)
  }

  /** R9: what is cancelled ends cancelled or delivered. Cancelled means that no reader is told of a package. */
  #requireOneEnd(execution: Pick<Rows['execution'], 'id' | 'status' | 'failure' | 'cancel_requested_at'>): void {
    const { id, status, failure, cancel_requested_at: askedAt } = execution
    if (askedAt !== null && !isFinal(status)) this.violate(`R9: execution ${id} was cancelled and is not over`)
    if (!isFailed(status) || failure?.code !== 'execution.cancelled') return
    const seq = `_${String(id).padStart(10, '0')}.manifest.json`
    const manifest = [...this.#surroundings.s3.objects.keys()].find((key) => key.endsWith(seq))
    if (manifest && !this.#isRestored) this.violate(`R9: execution ${id} ended cancelled, and ${manifest} is there`)
  }

  /** I9 */
  #requireReason({
    id,
    status,
    failure,
  }: {
    id: number
    status: (typeof STATUS)[keyof typeof STATUS]
    failure: { code: keyof typeof codes; cure: string } | null
  }): void {
    if (!isFailed(status)) return
    if (!failure || !(failure.code in codes) || failure.cure === '')
      this.violate(`I9: execution ${id} ended with ${status} and no reason`)
    if (JSON.stringify(failure).includes(CANARY)) this.violate(`I6: a secret is in why execution ${id} failed`)
  }

  /** I7: parts that the hub knows of, or has known of, are gone. A hub that dies before it hears of an upload never knew. */
  #requireNoUploads(): void {
    const { database, s3 } = this.#surroundings
    const present = new Set([...database.committed('open_upload')].map(({ upload_id: id }) => id))
    for (const [id, { key }] of s3.uploads)
      if (present.has(id) || (this.#knownUploads.has(id) && !this.#isRestored))
        this.violate(`I7 left: ${id} of ${key} is still open`)
  }

  /** I5, R27: each slot since the first is there once, whatever the clocks and the dispatchers did. */
  #requireSlots(executions: readonly { slot_at: Date | null; id: number }[]): void {
    const slots = executions.flatMap(({ slot_at: slot }) => (slot ? [slot.getTime()] : []))
    if (new Set(slots).size !== slots.length) this.violate('I5 doubled: one slot, two executions')
    const [task] = this.#surroundings.database.committed('task')
    if (!task || task.paused || this.#isPaused) return
    const found = new Set(slots)
    for (
      let slot = nextSlot(this.#schedule, this.#bornAt);
      slot && fireAtOf(this.#schedule, task.id, slot) < (task.next_fire_at ?? new Date(0));
      slot = nextSlot(this.#schedule, slot)
    )
      if (!found.has(slot.getTime())) this.violate(`R27 lost: nobody has delivered the slot ${slot.toISOString()}`)
  }
}

/** By the snapshots; of equal ones the higher number. */
function isNewer(one: Rows['execution'], other: Rows['execution']): boolean {
  const [oneMs, otherMs] = [one.snapshot_at?.getTime() ?? 0, other.snapshot_at?.getTime() ?? 0]
  return oneMs === otherMs ? one.id > other.id : oneMs > otherMs
}

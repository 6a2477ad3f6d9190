import type { Schedule } from '@datahub/core/task/schedule'
import { fireAtOf, nextSlot } from '@datahub/core/task/slots'
import { addDays } from '@datahub/core/execution/calendar'
import { dayOf } from '@datahub/core/execution/data-range'
import { isFinal } from '@datahub/core/execution/status'
import { FIRST_WORKSPACE } from '@datahub/server/db/scope'
import { Checker } from './check.ts'
import { inhabit, skewClocks } from './clock.ts'
import { SimulatedDatabase, type ConnectionFaults } from './database.ts'
import { Disk } from './disk.ts'
import { SimulatedHub, type Surroundings } from './hub.ts'
import { TASK } from './place.ts'
import { SimulatedQueue } from './queue.ts'
import type { Random } from './random.ts'
import { Receiver } from './receiver.ts'
import { FAIR, SimulatedS3 } from './s3.ts'
import { SimulatedSource } from './source.ts'
import { SimulatedTarget } from './target.ts'
import { Machine, World } from './world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const SCOPE = { workspaceId: FIRST_WORKSPACE }

const ZONES = [
  'UTC',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Africa/Casablanca',
  'America/Santiago',
]

export interface HistoryResult {
  readonly violations: readonly string[]
  readonly executions: number
  readonly delivered: number
  readonly trace: readonly string[]
}

/** One history: a hub and its surroundings from the first day to the last, with everything that goes wrong on the way. */
export async function runHistory(seed: number, withTrace = false): Promise<HistoryResult> {
  // Around the clock changes of both halves of the year
  const start = Date.UTC(2025, seed % 2 === 0 ? 2 : 10, 6 + (seed % 23), seed % 24)
  const world = new World(seed, start)
  if (withTrace) world.trace = []
  inhabit(world)
  try {
    const faults = { lost: 0 }
    const target = await SimulatedTarget.empty(world, faults)
    const history = new History(world, faults, target)
    await history.live()
    await target.end()
    const { executions, delivered } = history.checker.counts()
    const violations = [...world.defects, ...history.checker.violations]
    return { violations, executions, delivered, trace: world.trace ?? [] }
  } finally {
    inhabit(undefined)
  }
}

class History {
  readonly world: World
  readonly random: Random
  readonly surroundings: Surroundings
  readonly checker: Checker
  readonly #target: SimulatedTarget
  readonly #receiver: Receiver
  readonly #disks: Disk[]
  readonly #hubs: SimulatedHub[] = []
  readonly #schedule: Schedule
  #boots = 0
  #isCalm = false

  constructor(world: World, faults: ConnectionFaults, target: SimulatedTarget) {
    const { random } = world
    this.#target = target
    this.world = world
    this.random = random
    const database = new SimulatedDatabase(world)
    const s3 = new SimulatedS3(world)
    s3.mayList = random.chance(0.3)
    s3.hasConditions = database.hasConditions = !random.chance(0.1)
    const source = new SimulatedSource(world)
    this.surroundings = {
      database,
      queue: new SimulatedQueue(database),
      s3,
      source,
      faults,
      horizonMs: random.pick([10 * MINUTE, 2 * HOUR, 12 * HOUR]),
    }
    this.#schedule = this.#makeSchedule()
    this.#receiver = new Receiver(
      world,
      s3,
      target,
      random.pick(['replace', 'replace', 'upsert', 'append', 'append'] as const),
    )
    this.#disks = Array.from({ length: random.whole(1, 3) }, (_, index) => new Disk(`machine-${index + 1}`))
    this.checker = new Checker(world, this.surroundings, this.#schedule)
    this.#createTask()
  }

  #makeSchedule(): Schedule {
    const { random } = this
    const timeZone = random.pick(ZONES)
    const overlap = random.pick(['queue', 'queue', 'allow'] as const)
    const common = { timeZone, overlap, ...(random.chance(0.3) ? { refreshDays: random.whole(2, 4) } : {}) }
    if (random.chance(0.3)) return { every: 'hour', minute: random.whole(0, 59), ...common }
    return { every: 'day', at: random.pick(['00:00', '02:30', '03:00', '23:59']), ...common }
  }

  #createTask(): void {
    const { database } = this.surroundings
    const now = database.now()
    const first = nextSlot(this.#schedule, now)
    const tx = database.begin(new Machine(this.world, 'setup'))
    tx.put('task', {
      id: TASK,
      workspace_id: FIRST_WORKSPACE,
      name: 'daily',
      source_id: 1,
      destination_id: 1,
      reports: null,
      schedule: this.#schedule,
      one_time: null,
      time_zone: this.#schedule.timeZone,
      paused: false,
      next_fire_at: first ? fireAtOf(this.#schedule, TASK, first) : null,
      paused_fire_at: null,
      owed_until: null,
      gaps: null,
      gaps_checked_at: null,
      changes_since: null,
      changes_checked_at: null,
      pause_after_failures: null,
      late_after_minutes: null,
      pause_reason: null,
      resumed_at: null,
      created_at: now,
      updated_at: now,
    })
    tx.put('sync_log', {
      task_id: TASK,
      wanted: 0,
      published: 0,
      version: null,
      kept: [],
      lease_token: null,
      lease_until: null,
      failure: null,
      failures: 0,
      retry_at: null,
      verified_at: null,
    })
    database.commit(tx)
    this.checker.begin()
  }

  async live(): Promise<void> {
    for (const disk of this.#disks) this.#boot(disk)
    const phases = this.random.whole(2, 5)
    for (let phase = 0; phase < phases && this.checker.violations.length === 0; phase += 1) {
      this.#changeWeather()
      await this.#waitForNextSlot()
      for (let count = this.random.whole(0, 4); count > 0; count -= 1) this.#planMishap()
      await this.#pump(this.random.whole(4, 14))
    }
    await this.#calmDown()
    this.checker.finish(this.#disks)
    if (this.checker.canLoad) await this.#loadAll()
  }

  /** The receiver comes once more, after everything. */
  async #loadAll(): Promise<void> {
    // Frozen loaders wake up, and what the killed ones held is let go
    await this.world.run(this.world.nowMs + 6 * MINUTE)
    let isOver = false
    this.#receiver.load().then(
      () => (isOver = true),
      (error: unknown) => this.checker.violate(`the loader does not get through: ${(error as Error).message}`),
    )
    await this.world.run(this.world.nowMs + HOUR, () => isOver)
    if (!isOver) this.checker.violate('the loader does not come to an end')
    this.checker.requireLoaded(await this.#target.rowsOf('clicks'), this.#receiver.mode)
  }

  #boot(disk: Disk): void {
    const machine = new Machine(this.world, `${disk.name}#${(this.#boots += 1)}`)
    this.#hubs.push(new SimulatedHub(machine, disk, this.surroundings))
  }

  get #alive(): SimulatedHub[] {
    return this.#hubs.filter(({ machine }) => machine.isAlive)
  }

  #changeWeather(): void {
    const { random } = this
    const { s3, source, faults } = this.surroundings
    const level = random.pick([0, 0.01, 0.05, 0.2])
    const some = () => level * random.next()
    s3.weather = { busy: some(), reset: some(), lost: some(), conflict: some() }
    source.faults = { refuses: some(), dies: some(), endsEarly: some(), isSlow: random.chance(0.2) }
    faults.lost = random.chance(0.3) ? some() / 10 : 0
  }

  /** Jumps to the moment at which something is due. */
  async #waitForNextSlot(): Promise<void> {
    const { database } = this.surroundings
    const [task] = database.committed('task')
    const fireAt = task?.next_fire_at?.getTime()
    if (fireAt === undefined) return this.world.run(this.world.nowMs + HOUR)
    // Sometimes several are missed
    const missed = this.random.chance(0.25)
      ? this.random.between(0, this.#schedule.every === 'hour' ? 5 * HOUR : 3 * DAY)
      : 0
    await this.world.run(Math.max(this.world.nowMs, fireAt - database.skewMs + missed + 10))
  }

  /** Lets the hubs work for so many rounds, each longer than the one before. */
  async #pump(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      if (!this.#isCalm && this.random.chance(0.2)) this.#receiver.load().catch(() => undefined)
      for (const hub of this.#alive)
        this.world.schedule(this.random.between(0, 500), () => hub.machine.whenRunning(() => hub.doChores()))
      await this.world.run(this.world.nowMs + Math.min(1000 * 2 ** round, MINUTE) * this.random.between(0.5, 1.5))
      if (round > 2 && this.#isQuiet()) return
    }
  }

  #isQuiet(): boolean {
    const { database } = this.surroundings
    for (const { status } of database.committed('execution')) if (!isFinal(status)) return false
    for (const { published, wanted } of database.committed('sync_log')) if (published < wanted) return false
    for (const { state } of database.committed('backfill')) if (state === 'running') return false
    for (const { next_fire_at: fireAt, paused } of database.committed('task'))
      if (!paused && fireAt && fireAt <= database.now()) return false
    return true
  }

  /** Everything works again; whatever is still to be done gets done. */
  async #calmDown(): Promise<void> {
    const { s3, source, faults } = this.surroundings
    this.#isCalm = true
    s3.weather = FAIR
    source.faults = { refuses: 0, dies: 0, endsEarly: 0, isSlow: false }
    faults.lost = 0
    skewClocks(0)
    if (this.#alive.length === 0) for (const disk of this.#disks) this.#boot(disk)
    // A frozen machine wakes up, leases and heartbeats run out, waits of five minutes and an hour's look at logs end
    for (let turn = 0; turn < 40; turn += 1) {
      await this.#pump(8)
      if (turn >= 2 && this.#isQuiet() && (s3.hasConditions || turn > 10)) break
      await this.world.run(this.world.nowMs + (s3.hasConditions ? 6 : 12) * MINUTE)
    }
    // A log that somebody has changed is put right with the next change of the hub's own
    this.#request(({ tasks }) => tasks.run(SCOPE, 'daily', {}))
    await this.#pump(12)
    if (!this.#isQuiet()) this.checker.violate('it does not come to rest')
    if (this.#alive.length < this.#disks.length)
      for (const disk of this.#disks)
        if (!this.#alive.some(({ machine }) => machine.name.startsWith(`${disk.name}#`))) this.#boot(disk)
    for (const hub of this.#alive) hub.doChores()
    await this.world.run(this.world.nowMs + MINUTE)
  }

  #planMishap(): void {
    const { random, world } = this
    const [name, mishap] = random.pick(Object.entries(this.#mishaps))
    world.schedule(random.chance(0.7) ? random.between(0, 3000) : random.between(0, 3 * MINUTE), () => {
      if (this.#isCalm && name !== 'restart') return
      world.note(name)
      this.checker.mishaps.add(name)
      mishap()
    })
  }

  /** Somebody's request to the hub that answers at the moment. */
  #request(what: (hub: SimulatedHub) => Promise<unknown>): void {
    const hub = this.#alive.length > 0 ? this.random.pick(this.#alive) : undefined
    if (hub) hub.machine.whenRunning(() => void what(hub).catch(() => undefined))
  }

  readonly #mishaps: Record<string, () => void> = {
    kill: () => this.#kill(),
    'kill again': () => this.#kill(),
    'kill all': () => {
      for (const _ of this.#alive) this.#kill()
    },
    freeze: () => {
      if (this.#alive.length > 0)
        this.random.pick(this.#alive).machine.freeze(this.random.pick([500, 15_000, 90_000, 5 * MINUTE]))
    },
    'a loader killed': () => this.#loadAndThen(() => this.#receiver.kill()),
    'a loader frozen': () =>
      this.#loadAndThen(() => this.#receiver.freeze(this.random.pick([500, 15_000, 5 * MINUTE]))),
    'two loaders': () => this.#loadAndThen(() => this.#receiver.load().catch(() => undefined)),
    'database down': () => this.surroundings.database.crash(this.random.between(0, 20_000)),
    'disk lost': () => this.random.pick(this.#disks).files.clear(),
    'bit flipped': () => this.random.pick(this.#disks).flipBit(this.random.next()),
    'clock of the database jumps': () => {
      this.surroundings.database.skewMs = this.random.between(-2 * HOUR, 2 * HOUR)
    },
    'clock of the hub jumps': () => skewClocks(this.random.between(-2 * HOUR, 2 * HOUR)),
    'log deleted': () => this.checker.deleteLog(),
    'log edited': () => this.checker.editLog(),
    restate: () => this.surroundings.source.restate(this.#someDay()),
    'restate again': () => this.surroundings.source.restate(this.#someDay()),
    'storage away': () => this.#takeAway('storage'),
    'source away': () => this.#takeAway('source'),
    overtaken: () => this.#overtake(),
    'restore a backup': () => {
      const restore = this.surroundings.database.backup()
      this.world.schedule(this.random.between(0, 2 * MINUTE), () => {
        if (this.#isCalm) return
        this.world.note('restored')
        // The hub is stopped for it, as the manual says
        for (const _ of this.#alive) this.#kill()
        restore()
        this.checker.restored()
      })
    },
    run: () => this.#request(({ tasks }) => tasks.run(SCOPE, 'daily', {})),
    'run of several days': () => {
      const to = this.#someDay()
      this.#runDays(addDays(to, -this.random.whole(0, 2)), to)
    },
    'run twice': () => {
      this.#request(({ tasks }) => tasks.run(SCOPE, 'daily', {}))
      this.#request(({ tasks }) => tasks.run(SCOPE, 'daily', {}))
    },
    cancel: () => {
      const open = [...this.surroundings.database.committed('execution')].filter(({ status }) => !isFinal(status))
      if (open.length > 0) this.#request(({ executions }) => executions.cancel(SCOPE, this.random.pick(open).id))
    },
    'cancel any moment': () => this.#mishaps['cancel']?.(),
    move: () => this.#move(this.random.pick(this.checker.places).name, 8),
    'move there and back': () => {
      const [first, other] = this.checker.places
      this.#move(other.name, 8)
      this.world.schedule(this.random.between(MINUTE, 20 * MINUTE), () => this.#move(first.name, 8))
    },
    retry: () => {
      const over = [...this.surroundings.database.committed('execution')].filter(({ status }) => isFinal(status))
      if (over.length > 0) this.#request(({ tasks }) => tasks.retry(SCOPE, this.random.pick(over).id))
    },
    'pause and resume': () => {
      this.#request(({ tasks }) => tasks.pause(SCOPE, 'daily'))
      this.world.schedule(this.random.between(0, 5 * MINUTE), () =>
        this.#request(({ tasks }) => tasks.resume(SCOPE, 'daily', 'all')),
      )
    },
    backfill: () => {
      const to = addDays(dayOf(this.surroundings.database.now(), this.#schedule.timeZone), -1)
      const from = addDays(to, -this.random.whole(0, 3))
      const [chunk, parallel] = [this.random.pick(['day', 'whole'] as const), this.random.whole(1, 3)]
      this.#request(({ backfills }) =>
        backfills.start(SCOPE, {
          task: 'daily',
          from,
          to,
          chunk,
          only: 'all',
          newestFirst: this.random.chance(0.5),
          parallel,
          dryRun: false,
        }),
      )
    },
    'cancel the backfill': () => {
      const [push] = this.surroundings.database.committed('backfill')
      if (push) this.#request(({ backfills }) => backfills.cancel(SCOPE, push.id))
    },
  }

  /** One by itself, or as one of many; who is refused because something is under way asks again. */
  #move(to: string, tries: number): void {
    if (this.#isCalm) return
    const id = this.random.chance(0.5) ? TASK : undefined
    this.#request(async ({ tasks }) => {
      try {
        if (id === undefined) return await tasks.move(SCOPE, 'daily', to)
        const [change] = await tasks.changeMany(SCOPE, { action: 'move', tasks: [id], destination: to })
        if (change?.error) throw change.error
      } catch (error) {
        this.world.note(`not moved to ${to}: ${(error as Error).message}`)
        if (tries > 1) this.world.schedule(this.random.between(1000, MINUTE), () => this.#move(to, tries - 1))
      }
    })
  }

  /** Nothing gets through to it for a while. */
  #takeAway(what: 'storage' | 'source'): void {
    const { s3, source } = this.surroundings
    const [weather, faults] = [s3.weather, source.faults]
    if (what === 'storage') s3.weather = { ...weather, busy: 1 }
    else source.faults = { ...faults, refuses: 1 }
    this.world.schedule(this.random.between(2000, 2 * MINUTE), () => {
      if (this.#isCalm) return
      if (what === 'storage') s3.weather = weather
      else source.faults = faults
    })
  }

  /**
   * While an execution waits for its next try, another one delivers the same days, and more, with other numbers in them. The
   * first one shows an older state than the second then, or a newer one, and comes after it in any case.
   */
  #overtake(): void {
    const { random, world } = this
    const { s3, source } = this.surroundings
    const day = this.#someDay()
    const what = random.pick(['storage', 'source'] as const)
    const [weather, faults] = [s3.weather, source.faults]
    const later = (fromMs: number, toMs: number, run: () => void) =>
      world.schedule(random.between(fromMs, toMs), () => {
        if (!this.#isCalm) run()
      })
    // The source is read before the storage is away
    if (what === 'source') source.faults = { ...faults, refuses: 1 }
    this.#runDays(day, day)
    if (what === 'storage') later(200, 1500, () => (s3.weather = { ...weather, busy: 1 }))
    later(8000, 15_000, () => {
      s3.weather = weather
      source.faults = faults
      source.restate(day)
      this.#runDays(addDays(day, -random.whole(0, 1)), addDays(day, random.whole(0, 1)))
      later(1000, 10_000, () => source.restate(day))
      later(1000, MINUTE, () => void this.#receiver.load().catch(() => undefined))
    })
  }

  #runDays(from: string, to: string): void {
    this.#request(({ tasks }) => tasks.run(SCOPE, 'daily', { from, to }))
  }

  #loadAndThen(what: () => unknown): void {
    this.#receiver.load().catch(() => undefined)
    // A run takes half a second or so
    this.world.schedule(this.random.between(0, 800), what)
  }

  #kill(): void {
    const [hub] = this.#alive
    if (!hub) return
    const victim = this.random.pick(this.#alive)
    victim.machine.kill()
    this.surroundings.database.lose(victim.machine)
    const disk = this.#disks.find(({ name }) => victim.machine.name.startsWith(`${name}#`))
    if (disk)
      this.world.schedule(this.random.between(100, this.random.chance(0.2) ? 10 * MINUTE : 8000), () =>
        this.#boot(disk),
      )
  }

  #someDay(): string {
    const { database } = this.surroundings
    return addDays(dayOf(database.now(), this.#schedule.timeZone), -this.random.whole(0, 4))
  }
}

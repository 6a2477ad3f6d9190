import type { ExecutionDetail } from '@datahub/core/api/execution-shapes'
import { parseSyncLog } from '@datahub/core/bucket/sync-log'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { filesystem } from '../destinations/filesystem/index.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'

const { kind, script } = scriptedSource()
const schedule = { every: 'day', at: '03:00', timeZone: 'UTC' }
let folder: string
let hub: HubUnderTest

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datahub-move-'))
  hub = await HubUnderTest.start([kind], [filesystem])
  await hub.ask('POST', '/sources', { name: 'ads', kind: 'scripted' })
  for (const name of ['old', 'new']) {
    await hub.ask('POST', '/destinations', { name, kind: 'filesystem', path: join(folder, name) })
  }
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function created(name: string): Promise<number> {
  return (await hub.ask('POST', '/tasks', { name, source: 'ads', destination: 'old', schedule })).id
}
const move = async (tasks: number[], destination: string) =>
  hub.ask('POST', '/task-changes', { action: 'move', tasks, destination })
const inPlace = (place: string, task: number) => join(folder, place, 'reports', String(task))
/** The ids of the rows of the log there; undefined: there is none. */
async function logIn(place: string, task: number): Promise<number[] | undefined> {
  const text = await readFile(join(inPlace(place, task), `sync_log_${task}.csv`), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : parseSyncLog(text).map((row) => row.executionId)
}
/** Delivers the same range again and again, so that each package restates the one before, if it knows it. */
const deliver = (task: number): Promise<ExecutionDetail> => hub.deliver(String(task))
async function supersededBy(place: string, task: number, id: number): Promise<number[]> {
  const names = await readdir(inPlace(place, task))
  const name = names.find((one) => one.endsWith(`_${String(id).padStart(10, '0')}.manifest.json`)) ?? ''
  return JSON.parse(await readFile(join(inPlace(place, task), name), 'utf8')).supersedes
}

test('a task that moves leaves its log behind and begins a new one, which names no package that is elsewhere', async () => {
  const task = await created('moving')
  const first = await deliver(task)
  expect(await logIn('old', task)).toEqual([first.id])

  expect(await move([task], 'new')).toEqual([{ task, executionId: null, problem: null }])
  await vi.waitFor(async () => expect(await logIn('new', task)).toBeDefined(), { timeout: 15_000, interval: 250 })
  expect(await logIn('new', task)).toEqual([])
  const second = await deliver(task)
  expect(second).toMatchObject({ status: 6 })
  expect(await logIn('new', task)).toEqual([second.id])
  expect(await logIn('old', task)).toEqual([first.id])
  expect(await supersededBy('new', task, second.id), 'the first is not there').toEqual([])
  const { items } = await hub.ask('GET', `/tasks/${task}/files`)
  expect(items.map((file: { executionId: number }) => file.executionId)).toEqual([second.id])
  const on = first.dataRange.from.slice(0, 10)
  const { counts } = await hub.ask('POST', '/backfills', { task: String(task), from: on, to: on, dryRun: true })
  expect(counts, 'delivered is delivered').toMatchObject({ delivered: 1, missing: 0 })
  expect((await hub.ask('GET', `/tasks/${task}`)).destination).toBe('new')

  const [back] = await move([task], 'old')
  expect(back.problem).toBeNull()
  const third = await deliver(task)
  expect(await logIn('old', task), 'its own log is found again').toEqual([first.id, third.id])
  expect(await logIn('new', task)).toEqual([second.id])
})

test('R13: a task that comes back makes its log there anew, with all that it has delivered there', async () => {
  const task = await created('returning')
  const first = await deliver(task)
  await move([task], 'new')
  const second = await deliver(task)
  await rm(join(inPlace('old', task), `sync_log_${task}.csv`))
  expect((await move([task], 'old'))[0].problem).toBeNull()
  const third = await deliver(task)
  expect(await logIn('old', task), 'with what was delivered before it moved').toEqual([first.id, third.id])
  expect(await supersededBy('old', task, third.id), 'the second is elsewhere').toEqual([first.id])
  expect(await logIn('new', task)).toEqual([second.id])
})

test('many are moved at once; one with an execution under way stays and says why', async () => {
  const [free, busy] = [await created('free'), await created('busy')]
  let goOn = () => {}
  const held = new Promise<void>((resolve) => (goOn = resolve))
  script.dispatch = () => held
  const { id } = await hub.ask('POST', `/tasks/${busy}/run`, {})
  await hub.until(id, ({ status }) => status === 1)
  const [moved, stayed, unknown] = await move([free, busy, 99_999], 'new')
  expect(moved.problem).toBeNull()
  expect(stayed.problem).toMatchObject({ code: 'request.conflict', cure: expect.stringContaining(`Execution ${id}`) })
  expect(unknown.problem).toMatchObject({ code: 'request.not_found' })
  expect((await hub.ask('GET', '/destinations/new')).tasks).toBe(1)
  goOn()
  script.dispatch = () => Promise.resolve()
  await hub.settled(id)

  const definition = await hub.ask('GET', `/tasks/${busy}/definition`)
  await hub.ask('PUT', `/tasks/${busy}`, { ...definition, destination: 'new' })
  expect(await logIn('old', busy)).toEqual([id])
  const next = await deliver(busy)
  expect(await logIn('new', busy)).toEqual([next.id])
})

test('a destination that is not there is told by its field', async () => {
  const task = await created('nowhere')
  const [change] = await move([task], 'nwe')
  expect(change.problem.errors).toMatchObject([{ field: 'destination', problem: 'there is no destination "nwe"' }])
  const { status, body } = await hub.request('POST', '/task-changes', { action: 'move', tasks: [task] })
  expect([status, body.errors[0].field]).toEqual([422, 'destination'])
})

import type { SchedulePreview, TaskPage, TaskValidation, TaskView } from '@datahub/core/api/task-shapes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest

const schedule = { every: 'day', at: '03:00', timeZone: 'America/Los_Angeles' }
const daily = { name: 'daily', source: 'ads', destination: 'store', schedule }

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind])
  await hub.ask('POST', '/sources', { name: 'ads', kind: 'scripted', maxRangeDays: 200 })
  await hub.ask('POST', '/destinations', { name: 'store', kind: 'memory' })
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

async function created(name: string): Promise<TaskView> {
  return hub.ask('POST', '/tasks', { ...daily, name })
}

test('replacing a task renames it and moves its next fire time as validation had said, without a gap', async () => {
  const task = await created('first')
  const changed = { ...daily, name: 'renamed', schedule: { ...schedule, at: '05:30' } }
  const told = await hub.ask<TaskValidation>('POST', `/task-validation?task=${task.id}`, changed)
  expect(told.changes).toEqual(['name', 'schedule'])
  const replaced = await hub.ask<TaskView>('PUT', '/tasks/first', changed)
  expect(replaced).toMatchObject({ id: task.id, name: 'renamed', nextFireAt: told.nextFireAt })
  const hours = (Date.parse(replaced.nextFireAt ?? '') - Date.parse(task.nextFireAt ?? '')) / 3_600_000
  expect(Math.abs(hours)).toBe(2.5)
  expect(await hub.ask('POST', `/task-validation?task=${task.id}`, changed)).toMatchObject({ changes: [] })
})

test('a name that another task has, and another mode, are refused', async () => {
  await created('kept')
  await created('other')
  expect((await hub.request('PUT', '/tasks/other', { ...daily, name: 'kept' })).body.code).toBe('request.name_taken')
  const oneTime = { from: '2025-01-01', to: '2025-01-31' }
  const { schedule: _schedule, ...rest } = daily
  const { status, body } = await hub.request('PUT', '/tasks/other', { ...rest, name: 'other', oneTime })
  expect([status, body.errors]).toEqual([
    422,
    [{ field: 'oneTime', problem: 'a recurring task stays recurring', cure: expect.stringMatching(/\S/) }],
  ])
})

test('validation of a task that is not there yet tells what it would do, and creates nothing', async () => {
  const push = { name: 'push', source: 'ads', destination: 'store' }
  const oneTime = { from: '2025-01-01', to: '2025-06-30', chunk: 'month' }
  expect(await hub.ask('POST', '/task-validation', { ...push, oneTime })).toMatchObject({
    changes: ['*'],
    nextFireAt: null,
    packages: 6,
    days: 181,
    maxRangeDays: 200,
    folder: 'reports/<task>/',
    fileName: expect.stringMatching(/^ads_<task>_\d{8}_<execution>\.zip$/),
    dataRange: { from: '2025-01-01T00:00:00Z', to: '2025-02-01T00:00:00Z' },
  })
  const tooLong = { ...oneTime, to: '2025-12-31' }
  expect((await hub.request('POST', '/task-validation', { ...push, oneTime: tooLong })).body.errors).toEqual([
    expect.objectContaining({ field: 'oneTime.to', problem: expect.stringContaining('more than the 200') }),
  ])
  expect((await hub.request('GET', '/tasks/push')).status).toBe(404)
})

test('a schedule that is not saved tells its next fire times and the days on which the clock changes', async () => {
  const preview = await hub.ask<SchedulePreview>('POST', '/schedule-preview', {
    schedule: { ...schedule, at: '02:30' },
  })
  expect([preview.words, preview.fireTimes.length]).toEqual(['Every day at 02:30 America/Los_Angeles', 5])
  expect(preview.clockChanges).toEqual([
    {
      localTime: expect.stringMatching(/^\d{4}-03-\d\dT02:30$/),
      kind: 'skipped',
      fireAt: expect.stringMatching(/T03:00:00-07:00$/),
    },
  ])
})

test('a task reads as the definition that makes another one like it', async () => {
  await created('model')
  const definition = await hub.ask('GET', '/tasks/model/definition')
  expect(definition).toEqual({ ...daily, name: 'model' })
  expect(await hub.ask('POST', '/tasks', { ...definition, name: 'copy' })).toMatchObject({ schedule })
})

test('many tasks are changed at once, and what cannot be is told without stopping the rest', async () => {
  const [one, two] = [await created('bulk one'), await created('bulk two')]
  const changes = await hub.ask('POST', '/task-changes', { action: 'pause', tasks: [one.id, 9999, two.id] })
  expect(changes).toMatchObject([
    { task: one.id, problem: null },
    { task: 9999, problem: { code: 'request.not_found' } },
    { task: two.id, problem: null },
  ])
  expect(await hub.ask('GET', `/tasks/${two.id}`)).toMatchObject({ status: 'paused' })
  const [run] = await hub.ask('POST', '/task-changes', { action: 'run', tasks: [one.id] })
  expect(await hub.settled(run.executionId)).toMatchObject({ taskId: one.id, status: 6 })
})

test('a task with a history goes only when its name is typed again, and then with its history', async () => {
  const task = await created('delivered')
  const { id } = await hub.deliver('delivered')
  expect((await hub.request('DELETE', '/tasks/delivered')).body.code).toBe('request.in_use')
  expect((await hub.request('DELETE', '/tasks/delivered?confirm=deliverd')).body.errors).toEqual([
    expect.objectContaining({ field: 'confirm', cure: 'Type "delivered".' }),
  ])
  expect((await hub.request('GET', `/executions/${id}`)).status).toBe(200)
  await hub.ask('DELETE', '/tasks/delivered?confirm=delivered')
  expect((await hub.request('GET', `/executions/${id}`)).status).toBe(404)
  const next = await created('delivered')
  expect(next.id).toBeGreaterThan(task.id)
  expect((await hub.ask<TaskPage>('GET', '/tasks?text=delivered')).items).toHaveLength(1)
})

import { RIGHTS, type Operation } from '@datahub/core/access/rights'
import { API_PREFIX, contract } from '@datahub/core/api/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind])
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

/** Every operation of the contract with its method and path. */
function operations(): { name: string; method: string; path: string }[] {
  return Object.entries(contract).flatMap(([noun, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => {
      const { method = 'POST', path = '/' } = operation['~orpc'].route
      return { name: `${noun}.${verb}`, method, path: path.replaceAll(/\{\w+\}/g, '999') }
    }),
  )
}

test('every operation refuses a request without a token, and with a wrong one', async () => {
  for (const { name, method, path } of operations()) {
    const isOpen = RIGHTS[name as Operation] === 'anyone'
    for (const headers of [
      ...(isOpen ? [] : [{}]),
      { Authorization: 'Bearer dh_wrong' },
      { Authorization: 'Basic eDp5' },
    ]) {
      const response = await fetch(`${hub.url}${API_PREFIX}${path}?x=/healthz`, { method, headers })
      expect([method, path, response.status]).toEqual([method, path, 401])
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
    }
  }
  expect((await fetch(`${hub.url}/healthz`)).status).toBe(200)
})

test('every operation is mounted', async () => {
  // The stream of events is mounted and has no end: event-feed and its route have tests of their own
  for (const { name, method, path } of operations().filter(({ path }) => path !== '/events')) {
    const { status, body } = await hub.request(method, path, method === 'GET' || method === 'DELETE' ? undefined : {})
    const unmounted = status === 404 && String(body.detail).includes('find /api/')
    expect([name, unmounted]).toEqual([name, false])
  }
})

test('a revoked token ends with the next request', async () => {
  const { id, token } = await hub.ask('POST', '/tokens', { name: 'ci' })
  const use = () => fetch(`${hub.url}${API_PREFIX}/tasks`, { headers: { Authorization: `Bearer ${token}` } })
  expect((await use()).status).toBe(200)
  expect(JSON.stringify(await hub.ask('GET', '/tokens'))).not.toContain(token)
  await hub.ask('DELETE', `/tokens/${id}`)
  expect((await use()).status).toBe(401)
})

const task = {
  name: 'daily',
  source: 'ads',
  destination: 'store',
  schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
}
const definitions = {
  sources: [{ name: 'ads', kind: 'scripted' }],
  destinations: [{ name: 'store', kind: 'memory' }],
  tasks: [task],
}

test.each([
  ['an unknown key', { ...definitions, task: [] }, 'task', 'is not a known field'],
  [
    'an unknown key inside',
    { ...definitions, tasks: [{ ...task, scedule: 1 }] },
    'tasks[0].scedule',
    'is not a known field',
  ],
  ['a wrong type', { ...definitions, tasks: [{ ...task, name: 7 }] }, 'tasks[0].name', 'must be a text'],
  ['a missing field', { ...definitions, tasks: [{ ...task, source: undefined }] }, 'tasks[0].source', 'is missing'],
  [
    'an unknown kind',
    { ...definitions, sources: [{ name: 'ads', kind: 'oracle' }] },
    'sources[0].kind',
    '"oracle" is not a kind of data source',
  ],
  [
    'a name that cannot stand in a file name',
    { ...definitions, sources: [{ name: 'Ads!', kind: 'scripted' }] },
    'sources[0].name',
    'must start with a letter a-z',
  ],
  ['a duplicate name', { ...definitions, tasks: [task, task] }, 'tasks[1].name', '"daily" stands there twice'],
  [
    'an unknown source',
    { ...definitions, tasks: [{ ...task, source: 'adz' }] },
    'tasks[0].source',
    'there is no data source "adz"',
  ],
  [
    'an unknown report',
    { ...definitions, tasks: [{ ...task, reports: ['click'] }] },
    'tasks[0].reports[0]',
    'the data source has no report "click"',
  ],
  [
    'an unknown zone',
    { ...definitions, tasks: [{ ...task, schedule: { every: 'day', at: '03:00', timeZone: 'Mars/Phobos' } }] },
    'tasks[0].schedule.timeZone',
    'is not a time zone',
  ],
  [
    'an unknown interval',
    { ...definitions, tasks: [{ ...task, schedule: { every: 'fortnight' } }] },
    'tasks[0].schedule.every',
    'must be one of day, hour',
  ],
  [
    'neither schedule nor range',
    { ...definitions, tasks: [{ ...task, schedule: undefined }] },
    'tasks[0].schedule',
    'must have either schedule',
  ],
  [
    'a range that is backwards',
    oneTime('2024-06-30', '2024-01-01'),
    'tasks[0].oneTime.to',
    '2024-01-01 lies before the first day 2024-06-30',
  ],
  [
    'a range in the future',
    oneTime('2024-01-01', '2999-01-01'),
    'tasks[0].oneTime.to',
    '2999-01-01 is not over yet in UTC',
  ],
  [
    'a range that is too long',
    oneTime('2020-01-01', '2024-01-01'),
    'tasks[0].oneTime.to',
    'are 1462 days, more than the 366',
  ],
  [
    'a day that does not exist',
    oneTime('2023-02-29', '2023-03-01'),
    'tasks[0].oneTime.from',
    'must be a day such as 2024-01-31',
  ],
])('%s is answered with its field, and nothing is written', async (_what, body, field, problem) => {
  for (const path of ['/plan', '/apply']) {
    const answer = await hub.request('POST', path, body)
    expect([answer.status, answer.body.code]).toEqual([422, 'request.invalid'])
    expect(answer.body.errors).toContainEqual({
      field,
      problem: expect.stringContaining(problem),
      cure: expect.stringMatching(/\S/),
    })
  }
  expect([await hub.ask('GET', '/sources'), (await hub.ask('GET', '/tasks')).items]).toEqual([[], []])
})

function oneTime(from: string, to: string) {
  return { ...definitions, tasks: [{ name: 'history', source: 'ads', destination: 'store', oneTime: { from, to } }] }
}

test('what is not JSON, too large or not there is told so', async () => {
  expect((await hub.request('POST', '/apply', '{"sources": [')).body).toMatchObject({
    status: 400,
    code: 'request.invalid',
  })
  expect((await hub.request('POST', '/apply', JSON.stringify({ x: 'x'.repeat(5_000_000) }))).status).toBe(413)
  expect((await hub.request('GET', '/nothing')).body).toMatchObject({ status: 404, code: 'request.not_found' })
  expect((await hub.request('GET', '/tasks/nothing')).body).toMatchObject({
    status: 404,
    detail: 'Could not find the task "nothing": there is no such thing.',
  })
  expect((await hub.request('GET', '/executions/abc')).status).toBe(422)
})

test('applying the same file twice changes nothing the second time', async () => {
  const actions = async () =>
    (await hub.ask<{ action: string }[]>('POST', '/apply', definitions)).map((change) => change.action)
  expect(await actions()).toEqual(['create', 'create', 'create'])
  expect(await actions()).toEqual(['unchanged', 'unchanged', 'unchanged'])
  const renamed = { ...definitions, tasks: [{ ...task, schedule: { ...task.schedule, at: '04:00' } }] }
  expect(await hub.ask('POST', '/plan', renamed)).toMatchObject([{}, {}, { action: 'update', fields: ['schedule'] }])
  expect((await hub.request('POST', '/tasks', task)).body.code).toBe('request.name_taken')
  expect((await hub.request('DELETE', '/sources/ads')).body).toMatchObject({
    code: 'request.in_use',
    cure: 'The task "daily" uses it: remove it, or give it another data source.',
  })
})

test('a problem is told in Chinese to whoever asks for it before English', async () => {
  const told = async (language: string) => {
    const { status, body, headers } = await hub.request('GET', '/tasks/nothing', undefined, {
      'Accept-Language': language,
    })
    expect([status, headers.get('content-type'), body.code]).toEqual([
      404,
      'application/problem+json',
      'request.not_found',
    ])
    return { body, language: headers.get('content-language') }
  }
  const english = await told('*')
  expect(english).toMatchObject({ language: null, body: { title: 'there is no such thing' } })
  for (const language of ['zh', 'zh-CN,zh;q=0.9,en;q=0.8', 'de, en;q=0.2, zh-Hans;q=0.5'])
    expect(await told(language)).toMatchObject({
      language: 'zh',
      body: {
        ...english.body,
        title: '找不到该对象',
        detail: '找不到该对象：“nothing”。',
        cure: expect.stringContaining('检查名称'),
      },
    })
  for (const language of ['en', 'en-GB, zh;q=0.5', 'zh;q=0', 'x y;;=']) expect(await told(language)).toEqual(english)
})

test('what is wrong with fields is told in Chinese, too', async () => {
  const { status, body } = await hub.request(
    'POST',
    '/tasks',
    { name: ' x', source: 'nowhere', destination: 'nowhere', schedule: { every: 'day', at: '25:00' } },
    { 'Accept-Language': 'zh' },
  )
  expect([status, body.code, body.title]).toEqual([422, 'request.invalid', '输入无效'])
  expect(body.errors).toEqual([
    { field: 'name', problem: expect.stringContaining('开头和结尾不能有空格'), cure: '请修正该值。' },
    { field: 'schedule.at', problem: '"25:00" 应为时刻，如 03:00', cure: '请修正该值。' },
    { field: 'schedule.timeZone', problem: '缺失', cure: '请填写文本。' },
  ])
})

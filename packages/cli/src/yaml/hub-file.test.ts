import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { DataHubError, type FieldProblem } from '@datahub/core/error/data-hub-error'
import { HubDefinition } from '@datahub/core/task/definition'
import { expect, onTestFinished, test } from 'vitest'
import { testWorld } from '../testing/test-world.ts'
import { readHubFile, type HubFile } from './hub-file.ts'

const EXAMPLE = fileURLToPath(new URL('fixtures/hub.yaml.txt', import.meta.url))
const EXAMPLE_ENV = { ADS_PASSWORD: 's3cret', ACME_KEY: 'AKIAEXAMPLE', ACME_SECRET: 'wJalr' }

async function read(text: string | Uint8Array, env: Record<string, string> = {}): Promise<HubFile> {
  const cwd = await mkdtemp(path.join(tmpdir(), 'datahub-yaml-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  await writeFile(path.join(cwd, 'hub.yaml'), text)
  return readHubFile('hub.yaml', testWorld({ cwd, env }))
}

/** What is wrong with a file, as a person reads it: `hub.yaml:1:1 path: problem`. */
async function problemsIn(text: string | Uint8Array, env: Record<string, string> = {}): Promise<string[]> {
  return (await fieldsIn(text, env)).map(({ field, problem }) => `${field}: ${problem}`)
}

async function fieldsIn(text: string | Uint8Array, env: Record<string, string> = {}): Promise<readonly FieldProblem[]> {
  const error: unknown = await read(text, env).catch((error: unknown) => error)
  if (!(error instanceof DataHubError)) throw new Error('the file was accepted')
  expect(error.code).toBe('request.invalid')
  return error.fields
}

const task = (timing: string) => `tasks:\n  - name: t\n    source: s\n    destination: d\n    ${timing}\n`

test('reads the example of the guide exactly as it stands', async () => {
  const { definition } = await readHubFile(EXAMPLE, testWorld({ env: EXAMPLE_ENV }))

  expect(definition).toEqual({
    sources: [
      {
        name: 'market_insight',
        kind: 'postgres',
        connection: { host: '127.0.0.1', port: 5432, database: 'ads', user: 'reader', password: 's3cret' },
        maxRangeDays: 365,
        reports: [
          {
            table: 'market_insight_asin',
            from: 'public.market_insight_asin',
            dateColumn: 'date',
            primaryKey: ['date', 'marketplace', 'asin'],
          },
        ],
      },
    ],
    destinations: [
      {
        name: 'acme',
        kind: 's3',
        bucket: 'company-xnurta-data',
        region: 'us-east-1',
        accessKeyId: 'AKIAEXAMPLE',
        secretAccessKey: 'wJalr',
        endpoint: 'http://127.0.0.1:21390',
        pathStyle: true,
      },
      { name: 'local', kind: 'filesystem', path: path.join(path.dirname(EXAMPLE), 'bucket') },
    ],
    tasks: [
      {
        name: 'Market insight daily',
        source: 'market_insight',
        destination: 'acme',
        schedule: { every: 'day', at: '03:00', timeZone: 'America/Los_Angeles' },
      },
      {
        name: 'Market insight history',
        source: 'market_insight',
        destination: 'acme',
        oneTime: { from: '2024-01-01', to: '2024-06-30' },
      },
    ],
  })
  expect(HubDefinition.safeParse(definition).success).toBe(true)
})

test('a variable that is not set is named with its place, its path and the cure', async () => {
  const { ADS_PASSWORD: _, ...env } = EXAMPLE_ENV
  const error: unknown = await readHubFile(EXAMPLE, testWorld({ env })).catch((error: unknown) => error)
  expect((error as DataHubError).fields).toEqual([
    {
      field: `${EXAMPLE}:4:87 sources[0].connection.password`,
      problem: 'the environment variable ADS_PASSWORD is not set',
      cure: 'Set it before you run this: export ADS_PASSWORD=…',
    },
  ])
})

test('all problems come at once, in the order of the file', async () => {
  const text = `sources:
  - name: Market-Insight
    kind: postgres
    conection: { host: x }
    connection: { password: "\${env:NOPE}" }
    maxRangeDays: "365"
destinations:
  - { name: local, kind: filesystem, path: ./bucket }
  - { name: local, kind: s3 }
tasks:
  - name: 161
    source: market_insight
    destination: local
    schedule: { every: year, at: "03:00", timeZone: UTC }
  - name: x
    source: market_insight
    destination:
    schedule: { every: day, at: 3:00, timeZone: Mars }
  - name: y
    source: market_insight
    destination: local
    oneTime: { from: 2024-01-01, to: 2024-06-31, timezone: UTC }
  - { name: z, source: a, destination: local }
`
  expect(await problemsIn(text)).toEqual([
    expect.stringMatching(/^hub.yaml:2:11 sources\[0\].name: "Market-Insight" must start with a letter/),
    'hub.yaml:4:5 sources[0].conection: is not a known field',
    'hub.yaml:5:29 sources[0].connection.password: the environment variable NOPE is not set',
    'hub.yaml:6:19 sources[0].maxRangeDays: "365" must be a number',
    'hub.yaml:9:13 destinations[1].name: "local" is already the name of destinations[0] in line 8',
    'hub.yaml:11:11 tasks[0].name: 161 must be a text',
    'hub.yaml:14:24 tasks[0].schedule.every: "year" must be one of day, hour, minutes, week, month, cron',
    'hub.yaml:17:5 tasks[1].destination: has no value; it must be a text',
    'hub.yaml:18:33 tasks[1].schedule.at: "3:00" must be a time of day such as "03:00" (in quotes)',
    expect.stringMatching(/^hub.yaml:18:49 tasks\[1\].schedule.timeZone: "Mars" is not a time zone/),
    'hub.yaml:22:38 tasks[2].oneTime.to: "2024-06-31" must be a day such as 2024-01-31',
    'hub.yaml:22:50 tasks[2].oneTime.timezone: is not a known field',
    expect.stringMatching(/^hub.yaml:23:5 tasks\[3\].schedule: must have either schedule/),
  ])
})

test('an unknown field comes with the one that was meant, or with those there are', async () => {
  expect(await fieldsIn('source: []\n')).toMatchObject([{ cure: 'Did you mean "sources"?' }])
  expect(await fieldsIn(task('schedule: { every: day, at: "03:00", timeZone: UTC, when: 1 }'))).toMatchObject([
    { cure: expect.stringMatching(/^Remove it; known here: every, at, timeZone, .*, cron\.$/) },
  ])
})

test('a number where a text belongs is to be put in quotes as it was written', async () => {
  const fields = await fieldsIn(task('schedule: { every: day, at: 0300, timeZone: UTC }'))
  expect(fields).toMatchObject([{ problem: '0300 must be a text', cure: 'Put it in quotes: "0300".' }])
})

test('days and times of day need no quotes', async () => {
  const { definition } = await read(task('schedule: { every: day, at: 03:00, timeZone: UTC }'))
  expect(definition.tasks?.[0]?.schedule).toEqual({ every: 'day', at: '03:00', timeZone: 'UTC' })
  const once = await read(`%YAML 1.1\n---\n${task('oneTime: { from: 2024-01-01, to: 2024-06-30 }')}`)
  expect(once.definition.tasks?.[0]?.oneTime).toEqual({ from: '2024-01-01', to: '2024-06-30' })
})

test('a variable in quotes is always a text; without them a number stays a number', async () => {
  const text = `sources:
  - name: s
    kind: postgres
    connection:
      quoted: "\${env:DIGITS}"
      plain: \${env:DIGITS}
      inside: pre-\${env:DIGITS}-\${env:WORD}
      zero: \${env:ZERO}
      empty: "\${env:EMPTY}"
`
  const env = { DIGITS: '5432', WORD: 'w: "x"', ZERO: '007', EMPTY: '' }
  const { definition } = await read(text, env)
  expect(definition.sources?.[0]?.connection).toEqual({
    quoted: '5432',
    plain: 5432,
    inside: 'pre-5432-w: "x"',
    zero: '007',
    empty: '',
  })
  expect(await problemsIn(`${text}      wrong: "\${env:1ST}"\n`, env)).toEqual([
    'hub.yaml:10:14 sources[0].connection.wrong: ${env:1ST} names no environment variable',
  ])
})

test('what came from the environment is never quoted in a message', async () => {
  const [problem = ''] = await problemsIn('tasks: "${env:SECRET}"', { SECRET: 'hunter2' })
  expect(problem).toBe('hub.yaml:1:8 tasks: the value from the environment must be a list')
})

test.each([
  ['an empty file', '', 'hub.yaml:1:1: the file is empty'],
  ['only a comment', '# nothing\n', 'hub.yaml:1:1: the file is empty'],
  ['a list', '- a\n', 'hub.yaml:1:1: the file must hold sources, destinations and tasks'],
  ['two documents', 'tasks: []\n---\ntasks: []\n', 'hub.yaml:2:1: the file holds more than one document'],
  ['a tab', 'tasks:\n\t- a\n', 'hub.yaml:2:1: a tab stands where only spaces may indent'],
  ['a key twice', 'tasks: []\ntasks: []\n', 'hub.yaml:2:1: this key stands here twice'],
  ['a tag', 'tasks: !!set {}\n', 'hub.yaml:1:8: this tag is not known'],
  ['an open quote', 'tasks: "x\n', 'hub.yaml:2:1: it is not YAML: Missing closing "quote'],
  ['a prototype', '__proto__: { tasks: [] }\n', 'hub.yaml:1:1 __proto__: this word cannot be a key'],
  ['an unknown alias', 'tasks: *all\n', 'hub.yaml:1:8 tasks: there is no &all before *all'],
  ['an endless alias', 'tasks: &all [*all]\n', 'hub.yaml:1:14 tasks[0]: *all stands inside of what it names'],
  ['an empty list', 'tasks:\n', 'hub.yaml:1:1 tasks: has no value; it must be a list'],
])('says what is wrong with %s', async (_what, text, problem) => {
  expect(await problemsIn(text)).toContain(problem)
})

test('a variable in a flow without quotes gets the right cure', async () => {
  const fields = await fieldsIn('sources: [{ name: s, kind: postgres, connection: { password: ${env:X} } }]')
  expect(fields).toMatchObject([{ cure: expect.stringContaining('in quotes, as in "${env:NAME}"') }])
})

test('aliases that multiply are stopped', async () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const inside = level === 0 ? '"lol"' : `*l${level - 1}`
    return `l${level}: &l${level} [${Array(10).fill(inside).join(', ')}]`
  })
  const startedAt = performance.now()
  expect(await problemsIn(levels.join('\n'))).toContainEqual(expect.stringContaining('unfolds into too many values'))
  expect(performance.now() - startedAt).toBeLessThan(5_000)
})

test('nesting without end is a problem, not a crash', async () => {
  expect(await problemsIn('['.repeat(20_000))).toEqual([expect.stringContaining('it is nested too deeply')])
})

test('aliases for what repeats are welcome', async () => {
  const text = `tasks:
  - { name: a, source: s, destination: d, schedule: &daily { every: day, at: "03:00", timeZone: UTC } }
  - { name: b, source: s, destination: d, schedule: *daily }
`
  const { definition } = await read(text)
  expect(definition.tasks?.[1]?.schedule).toEqual({ every: 'day', at: '03:00', timeZone: 'UTC' })
})

test('a byte order mark does not count, other encodings are refused', async () => {
  await expect(read('\u{feff}tasks: []\n')).resolves.toMatchObject({ definition: { tasks: [] } })
  expect(await problemsIn('\u{feff}task: []\n')).toEqual(['hub.yaml:1:1 task: is not a known field'])
  expect(await problemsIn(Buffer.from('tasks: []\n', 'utf16le').fill(0xff, 0, 1))).toEqual([
    'hub.yaml: it is not UTF-8',
  ])
})

test('a file that is not there, or is a folder, is a wrong argument', async () => {
  const world = testWorld({ cwd: tmpdir() })
  await expect(readHubFile('no-such-hub.yaml', world)).rejects.toMatchObject({
    fields: [{ field: 'no-such-hub.yaml', problem: 'there is no such file' }],
  })
  await expect(readHubFile('.', world)).rejects.toMatchObject({ fields: [{ field: '.', problem: 'it is a folder' }] })
})

test('folders of stdin start where the command runs, and ~ is refused', async () => {
  const stdin = `sources: [{ name: s, kind: duckdb, connection: { folder: data } }]
destinations: [{ name: d, kind: filesystem, path: /srv/bucket }, { name: e, kind: s3, path: kept }]
`
  const { definition } = await readHubFile('-', testWorld({ cwd: '/somewhere', stdin }))
  expect(definition.sources?.[0]?.connection).toEqual({ folder: '/somewhere/data' })
  expect(definition.destinations?.map((destination) => destination['path'])).toEqual(['/srv/bucket', 'kept'])

  expect(await problemsIn('destinations: [{ name: d, kind: filesystem, path: ~/bucket }]')).toEqual([
    'hub.yaml:1:51 destinations[0].path: "~/bucket" begins with ~, which only a shell knows',
  ])
})

test("the hub's problems come back with their place, also of fields that are not there", async () => {
  const { locate } = await readHubFile(EXAMPLE, testWorld({ env: EXAMPLE_ENV }))
  const wrong = (field: string) => ({ field, problem: 'is wrong', cure: 'Right it.' })
  const located = locate([
    wrong('sources[0].connection.host'),
    wrong('sources[0].connection.sslMode'),
    wrong('sources[0].reports[0].primaryKey[2]'),
    wrong(''),
  ])
  expect(located.map(({ field }) => field.replace(EXAMPLE, 'hub.yaml'))).toEqual([
    'hub.yaml:4:25 sources[0].connection.host',
    'hub.yaml:4:17 sources[0].connection.sslMode',
    'hub.yaml:10:41 sources[0].reports[0].primaryKey[2]',
    '',
  ])
})

import type { Command } from 'commander'
import { EXIT } from '@datahub/core/error/codes'
import { expect, test } from 'vitest'
import { buildProgram } from './program.ts'
import { run } from './run.ts'
import { fakeHub, nobodysUrl } from './testing/fake-hub.ts'
import { sampleProblem } from './testing/samples.ts'
import { runIn, testWorld } from './testing/test-world.ts'

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)]
}

/** `datahub task run` */
function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name()
}

async function allHelps(): Promise<string> {
  const commands = allCommands(buildProgram(testWorld()))
  const helps = commands.map(async (command) => {
    const words = nameOf(command).split(' ').slice(1)
    const { code, out, err } = await runIn({}, ...words, '--help')
    expect([code, err]).toEqual([0, ''])
    return `$ ${nameOf(command)} --help\n\n${out}`
  })
  return (await Promise.all(helps)).join(`\n${'-'.repeat(100)}\n`)
}

test('the help of every command is as it was approved', async () => {
  await expect(await allHelps()).toMatchFileSnapshot('help.golden.txt')
})

test('every help has examples', async () => {
  for (const help of (await allHelps()).split('-'.repeat(100))) expect(help).toContain('\n  $ datahub')
})

test('the help documents every exit code there is', async () => {
  const { out } = await runIn({}, '--help')
  for (const code of Object.values(EXIT)) expect(out).toMatch(new RegExp(`^  ${code} +\\w`, 'm'))
})

test('alone it shows its help; a noun alone is a question unanswered', async () => {
  expect(await runIn({})).toMatchObject({ code: 0, out: expect.stringContaining('Usage: datahub') })
  expect(await runIn({}, 'task')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('Usage: datahub task'),
  })
})

test('--version prints the version and nothing else', async () => {
  expect(await runIn({}, '--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
})

test.each([
  [['tsk', 'list'], "Error: Unknown command 'tsk'.\nTry: Did you mean task? See: datahub --help\n"],
  [['task', 'lst'], "Error: Unknown command 'lst'.\nTry: Did you mean list? See: datahub task --help\n"],
  [
    ['task', 'list', '--jsn'],
    "Error: Unknown option '--jsn'.\nTry: Did you mean --json? See: datahub task list --help\n",
  ],
  [['task', 'show'], "Error: Missing required argument 'task'.\nTry: datahub task show --help\n"],
  [
    ['task', 'run', '1', '--from', '2024-02-30', '--to', '2024-03-01'],
    "Error: Option '--from <day>' argument '2024-02-30' is invalid. It is not a day; write it like 2024-01-31.\nTry: datahub task run --help\n",
  ],
])('wrong usage %j is exit 2 and says what was meant', async (args, err) => {
  expect(await runIn({}, ...args)).toMatchObject({ code: 2, out: '', err })
})

test('with --json a wrong usage is a problem too', async () => {
  const { code, err } = await runIn({}, 'task', 'show', '--json')
  expect(code).toBe(2)
  expect(JSON.parse(err)).toMatchObject({ code: 'request.invalid', cure: 'datahub task show --help' })
})

test.each([
  ['auth.missing', 401, 3],
  ['auth.refused', 401, 3],
  ['request.not_found', 404, 4],
  ['request.invalid', 422, 2],
  ['request.in_use', 409, 1],
  ['hub.internal', 500, 1],
  ['hub.disk_full', 507, 1],
  ['from.a_newer_hub', 403, 3],
  ['from.a_newer_hub', 404, 4],
  ['from.a_newer_hub', 400, 2],
  ['from.a_newer_hub', 503, 1],
])('%s with HTTP %i is exit %i', async (code, status, exitCode) => {
  const hub = await fakeHub({ 'GET /tasks': { status, body: sampleProblem({ code, status }) } })
  expect((await runIn({ url: hub.url }, 'task', 'list')).code).toBe(exitCode)
})

test('a refused token says where it came from, and never the token', async () => {
  const body = sampleProblem({
    status: 401,
    code: 'auth.refused',
    detail: 'Could not let you in: the token is not valid.',
  })
  const hub = await fakeHub({ 'GET /tasks': { status: 401, body } })
  const { err } = await runIn({ url: hub.url, env: { DATAHUB_TOKEN: 'dh_wrong' } }, 'task', 'list')
  expect(err).toContain('the token is not valid. (token: DATAHUB_TOKEN)')
  expect(err).not.toContain('dh_wrong')
})

test('what is not Data Hub is unreachable, whatever it answers', async () => {
  const page = { type: 'text/html', body: '<html>' }
  for (const reply of [page, { ...page, status: 404 }, { status: 500, body: { error: 'x' } }, { status: 302 }]) {
    const hub = await fakeHub({ 'GET /tasks': reply })
    expect(await runIn({ url: hub.url }, 'task', 'list')).toMatchObject({
      code: 5,
      err: expect.stringContaining('Something answers there, but not as Data Hub does'),
    })
  }
})

test('a hub that does not answer is exit 5, and --url says which', async () => {
  const url = await nobodysUrl()
  const { code, err } = await runIn({}, 'task', 'list', '--url', url)
  expect(code).toBe(5)
  expect(err).toBe(
    `Error: Could not reach ${url}: the hub does not answer. (reason: ECONNREFUSED)\n` +
      'Try: Start it with "datahub serve", or set DATAHUB_URL.\n',
  )
})

test('what nobody foresaw is an error without a stack', async () => {
  const world = testWorld()
  const broken = { ...world, connect: () => Promise.reject(new RangeError('boom')) }
  expect(await run(['task', 'list'], broken)).toBe(1)
  expect(world.err()).toBe(
    'Error: The command met something unexpected. (error: RangeError: boom)\n' +
      'Try: Run it again; if it happens again, report it with the command you ran.\n',
  )
})

test('colours only on a terminal that wants them', async () => {
  const args = ['task', 'list', '--url', 'http://127.0.0.1:1']
  expect((await runIn({ isTTY: true }, ...args)).err).toContain('\u001b[31mError:')
  expect((await runIn({ isTTY: true, env: { NO_COLOR: '1' } }, ...args)).err).not.toContain('\u001b')
  expect((await runIn({ isTTY: true, env: { TERM: 'dumb' } }, ...args)).err).not.toContain('\u001b')
})

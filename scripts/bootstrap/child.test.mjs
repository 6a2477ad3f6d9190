import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'

/** Starts a program that does `first` in its place, says that it is up, and does `then`; waits for what it says. */
async function start(first, then = '') {
  const module = JSON.stringify(new URL('child.mjs', import.meta.url).href)
  const driver = `import { replaceWith } from ${module}
    await replaceWith(process.execPath, ['-e', ${JSON.stringify(`${first};process.stdout.write('up');${then}`)}], process.env)`
  const program = spawn(process.execPath, ['--input-type=module', '-e', driver], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(program, 'exit')
  await once(program.stdout, 'data')
  return { program, ended }
}

it('ends with the exit code of the program in its place', async () => {
  const { ended } = await start('', 'process.exit(7)')
  expect(await ended).toEqual([7, null])
})

it('passes signals on, and lets the program end as it likes', async () => {
  const { program, ended } = await start("process.on('SIGTERM', () => process.exit(3));setInterval(() => {}, 1000)")
  program.kill('SIGTERM')
  expect(await ended).toEqual([3, null])
})

it('dies of the signal that the program died of', async () => {
  const { program, ended } = await start('setInterval(() => {}, 1000)')
  program.kill('SIGTERM')
  expect(await ended).toEqual([null, 'SIGTERM'])
})

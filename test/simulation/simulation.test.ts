import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

function simulate(...args: string[]) {
  const { stdout, status } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 26,
  })
  return { stdout, status }
}

test('R1 R5 R9 R11 R13 R26 R27 R28: in simulated histories nothing is lost, doubled or changed', () => {
  const { stdout, status } = simulate('--histories', '60')
  expect(stdout).toMatch(/^histories=60 lost=0 doubled=0 changed=0 other=0 /m)
  expect(status).toBe(0)
})

test('the same seed is the same history, whichever process it happens in', () => {
  const alone = simulate('--histories', '1', '--seed', '8', '--trace', '--workers', '1').stdout.split('\n')
  const after = simulate('--histories', '2', '--seed', '7', '--trace', '--workers', '1').stdout.split('\n')
  expect(alone.length).toBeGreaterThan(10)
  expect(after.slice(-alone.length, -2)).toEqual(alone.slice(0, -2))
})

test('R2: a log that is written before the package is found out, and the failure says how to see it again', () => {
  const { stdout, status } = simulate('--planted', 'log-before-upload', '--histories', '50')
  expect(stdout).toMatch(/log-before-upload +found in history \d+: I1 lost: the log says that/)
  expect(status).toBe(0)
})

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'

const module = new URL('young-generation.mjs', import.meta.url).href
const script = `import { limitYoungGeneration } from '${module}'
limitYoungGeneration()
console.log(JSON.stringify([process.pid, process.execArgv.filter((word) => word.startsWith('--max-semi')), process.argv.slice(1)]))`
const words = ['--input-type=module', '--eval', script, 'a b', '--c']

describe('A process with little room for what is young', () => {
  test('is the same process, with the same words', async () => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = await Promise.all([text(child.stdout), once(child, 'close')])
    expect(JSON.parse(said)).toEqual([child.pid, ['--max-semi-space-size=8'], ['a b', '--c']])
  })

  test('keeps what somebody has set', () => {
    const env = { ...process.env, NODE_OPTIONS: '--max-semi-space-size=32' }
    const { stdout } = spawnSync(process.execPath, words, { env, encoding: 'utf8' })
    expect(JSON.parse(stdout)[1]).toEqual([])
  })
})

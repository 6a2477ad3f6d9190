import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { TEST_TARGETS, within } from '../../testing/test-target.ts'
import { text } from '../sql.ts'
import { exerciseTarget } from '../exercise-target.ts'

exerciseTarget('duckdb')

/** Collects what nobody refers to any more, and lets go of what it stood for in the engine. */
async function collect(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  for (let at = 0; at < 3; at += 1) {
    gc()
    await sleep(10)
  }
}

test('R33: of a package that is refused halfway no row comes later either, when its appender is collected', async () => {
  await using database = await TEST_TARGETS.duckdb()
  await within(database.url, async (target) => {
    await target.run(text('create table daily (id integer, sold integer)'))
    const csv = async function* () {
      yield Buffer.from('1,10\n2,20\n3\n')
    }
    const columns = ['id', 'sold'].map((name) => ({ name, holds: { type: 'integer' } as const }))
    const loading = target.exclusively([], () => target.copyIn({ table: { name: 'daily' }, columns }, csv()))
    await expect(loading).rejects.toThrow('1 fields instead of 2')
    await collect()
    expect(await target.query(text('select * from daily'))).toEqual([])
  })
})

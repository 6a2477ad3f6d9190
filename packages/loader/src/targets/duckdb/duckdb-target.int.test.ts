import { expect, test } from 'vitest'
import { collect } from '../../testing/collect.ts'
import { TEST_TARGETS, within } from '../../testing/test-target.ts'
import { text } from '../sql.ts'
import { exerciseTarget } from '../exercise-target.ts'

exerciseTarget('duckdb')

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

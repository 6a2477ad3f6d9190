import { afterAll, beforeAll, expect, test } from 'vitest'
import { HoldingProxy } from '../e2e/holding-proxy.ts'
import { asDestination, createBucket, type TestBucket } from '../parts/bucket.ts'
import { visit } from './browser.ts'
import { useBrowser } from './use-browser.ts'
import { startWorld, type World } from './world.ts'

const browser = useBrowser()
let world: World
let bucket: TestBucket

beforeAll(async () => {
  world = await startWorld()
  bucket = await createBucket()
}, 180_000)
afterAll(async () => {
  await bucket[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

test(
  'an execution is cancelled in the middle of its transfer, and a deep link shows so',
  { timeout: 180_000 },
  async () => {
    const { hostname: host, port } = new URL(bucket.endpoint)
    await using link = await HoldingProxy.to({ host, port: Number(port) })
    await world.ask('POST', '/apply', {
      sources: [{ name: 'market_insight', kind: 'sample' }],
      destinations: [asDestination(bucket, 'acme', { link: link.port })],
      tasks: [
        {
          name: 'Daily',
          source: 'market_insight',
          destination: 'acme',
          schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
        },
      ],
    })
    const held = link.hold(({ to, bytes }) => to === 'server' && bytes.includes('.zip'))
    const { id } = await world.ask<{ id: number }>('POST', '/tasks/Daily/run', {})
    await held
    await using visited = await visit(browser(), world.admin)
    const { page, offences } = visited
    await page.goto(`/tasks/1?tab=executions&execution=${id}`)
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('heading', { level: 2, name: `Execution ${id}` }).waitFor()
    const cancel = drawer.getByRole('button', { name: 'Cancel', exact: true })
    const question = page.getByRole('alertdialog', { name: `Cancel execution ${id}?` })
    await cancel.click()
    await question.getByRole('button', { name: 'Let it go on' }).click()
    await question.waitFor({ state: 'detached' })
    expect(await world.ask('GET', `/executions/${id}`)).toMatchObject({ endedAt: null, failure: null })
    await cancel.click()
    await question.getByRole('button', { name: 'Cancel execution' }).click()
    await page.getByText(`Execution ${id} is cancelled`).waitFor()
    link.release()
    await drawer.getByRole('button', { name: 'Deliver again' }).waitFor({ timeout: 60_000 })
    await page.reload()
    await drawer.getByRole('heading', { name: /^What happened/ }).waitFor()
    expect(await world.ask('GET', `/executions/${id}`)).toMatchObject({ failure: { code: 'execution.cancelled' } })

    await drawer.getByRole('button', { name: 'Deliver again' }).click()
    await drawer.getByText('Sent (6)').waitFor({ timeout: 60_000 })
    expect(new URL(page.url()).searchParams.get('execution')).not.toBe(String(id))
    expect(offences).toEqual([])
  },
)

import { afterEach, expect, test } from 'vitest'
import { Leadership } from './leadership.ts'

const pace = { beatMs: 20, silenceMs: 120, answerMs: 20 }
const tabs: { leave(): void }[] = []

afterEach(() => {
  for (const tab of tabs.splice(0)) tab.leave()
})

/** A tab, whether it leads, and what it has heard. */
function open(channel: string) {
  const heard: string[] = []
  let leads = false
  const leadership = new Leadership<string>(
    channel,
    {
      lead: () => void (leads = true),
      follow: () => void (leads = false),
      hear: (told) => heard.push(told),
      greet: () => 'welcome',
    },
    pace,
  )
  const leave = () => {
    leads = false
    leadership.leave()
  }
  const tab = { heard, leads: () => leads, tell: (told: string) => leadership.tell(told), leave }
  tabs.push(tab)
  return tab
}

const leading = (all: readonly { leads(): boolean }[]) => all.filter((tab) => tab.leads())

test('of several tabs one leads, and the others hear of it what it hears', async () => {
  const channel = crypto.randomUUID()
  const all = Array.from({ length: 4 }, () => open(channel))
  await expect.poll(() => leading(all)).toHaveLength(1)
  // Nobody else wants to while it beats
  await new Promise((resolve) => setTimeout(resolve, 3 * pace.silenceMs))
  const [leader] = leading(all)
  expect(leading(all)).toHaveLength(1)
  for (const tab of all) tab.tell(tab === leader ? 'changed' : 'not mine to tell')
  await expect.poll(() => all.filter(({ heard }) => heard.includes('changed'))).toHaveLength(3)
  expect(all.some(({ heard }) => heard.includes('not mine to tell'))).toBe(false)
})

test('when the leader leaves another one takes over at once, and a newcomer is told how things stand', async () => {
  const channel = crypto.randomUUID()
  const first = open(channel)
  await expect.poll(() => first.leads()).toBe(true)
  const second = open(channel)
  await expect.poll(() => second.heard).toContain('welcome')
  expect(second.leads()).toBe(false)
  first.leave()
  await expect.poll(() => second.leads()).toBe(true)
})

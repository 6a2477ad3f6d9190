import { readdir, readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { consoleFolder } from '@datahub/console/built'
import { describe, expect, test } from 'vitest'

describe('what comes over the wire', () => {
  const KILOBYTE = 1000
  const budgets = { 'tasks-page': 190, 'home-page': 190, 'sign-in-page': 190 } as Readonly<Record<string, number>>

  test('the first route stays within 190 kB, any within 270 kB, all styles within 15 kB', async () => {
    const names = await readdir(`${consoleFolder}/assets`)
    const files = new Map<string, string>()
    for (const name of names.filter((name) => /\.(js|css)$/.test(name)))
      files.set(name, await readFile(`${consoleFolder}/assets/${name}`, 'utf8'))
    const size = (name: string) => gzipSync(files.get(name) ?? '', { level: 9 }).length
    const reached = (from: readonly string[]) => {
      const found = new Set<string>()
      const queue = [...from]
      for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
        if (found.has(name) || !files.has(name)) continue
        found.add(name)
        // Static imports only: the others wait until they are needed
        for (const [, next = ''] of (files.get(name) ?? '').matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g))
          queue.push(next)
      }
      return [...found]
    }
    const page = await readFile(`${consoleFolder}/index.html`, 'utf8')
    const first = [...page.matchAll(/assets\/([^"']+)/g)].map(([, name = '']) => name)
    // Of the languages the larger one
    const language = names.find((name) => /^zh-.*js$/.test(name)) ?? ''
    const routes = names.filter((name) => /-page-.*js$/.test(name))
    // The frame around every page of somebody who is signed in
    const frame = names.filter((name) => /^layout-.*js$/.test(name))
    expect(frame).toHaveLength(1)
    const isOpen = (route: string) => /^(sign-in|setup|setup-link|invitation)-page-/.test(route)
    expect(routes.length).toBeGreaterThan(10)
    for (const route of routes) {
      const total = reached([...first, language, route, ...(isOpen(route) ? [] : frame)]).reduce(
        (sum, name) => sum + size(name),
        0,
      )
      const most = Object.entries(budgets).find(([name]) => route.startsWith(name))?.[1] ?? 270
      expect([route, total <= most * KILOBYTE, total]).toEqual([route, true, total])
    }
    const styles = names.filter((name) => name.endsWith('.css')).reduce((sum, name) => sum + size(name), 0)
    expect(styles).toBeLessThan(15 * KILOBYTE)
  })
})

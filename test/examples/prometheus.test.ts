import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const folder = resolve(import.meta.dirname, '../../examples/prometheus')
const read = (name: string) => parse(readFileSync(resolve(folder, name), 'utf8'))

test('the scrape configuration names the file of rules', () => {
  const { rule_files, scrape_configs } = read('prometheus.yaml')
  expect(rule_files).toEqual(['alerts.yaml'])
  expect(scrape_configs[0].static_configs[0].targets).toEqual(['127.0.0.1:9464'])
})

test('every rule says when, how bad it is and what to do', () => {
  const rules = read('alerts.yaml').groups[0].rules as Record<string, unknown>[]
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
  for (const { alert, expr, labels, annotations } of rules) {
    expect(expr, String(alert)).toMatch(/datahub_/)
    for (const [open, close] of ['()', '{}', '[]'])
      expect(String(expr).split(String(open)).length, String(alert)).toBe(String(expr).split(String(close)).length)
    expect(labels, String(alert)).toEqual({ severity: expect.stringMatching(/^(page|warn)$/) })
    expect(annotations, String(alert)).toEqual({ summary: expect.stringMatching(/\S{3}/) })
  }
})

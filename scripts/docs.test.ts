/** What the documentation says can be followed: its links lead somewhere, and it knows what the code knows. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { HubDefinition, OneTime, SourceDefinition, TaskDefinition } from '@datahub/core/task/definition'
import { duckdb } from '@datahub/server/sources/duckdb/index'
import { mysql } from '@datahub/server/sources/mysql/index'
import { postgres } from '@datahub/server/sources/postgres/index'
import { expect, test } from 'vitest'
import type { z } from 'zod'

const root = resolve(import.meta.dirname, '..')
const files = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** The text without what stands in code blocks and code spans. */
function proseOf(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
}

/** The anchors that a reader on GitHub can jump to. */
function anchorsOf(text: string): string[] {
  const headings = text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ +(.+)$/gm)
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test.each(files)('every relative link of %s leads to a file, and to a heading of it', (file) => {
  const broken = [...proseOf(read(file)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#')
      const found = path === '' ? join(root, file) : resolve(root, dirname(file), path)
      if (!existsSync(found)) return true
      return anchor !== undefined && !anchorsOf(readFileSync(found, 'utf8')).includes(anchor)
    })
  expect(broken).toEqual([])
})

test('the README fits on a screen or two', () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(120)
})

test('every chapter can be reached from the README by following links', () => {
  const reached = new Set<string>()
  const open = ['README.md']
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file) || !files.includes(file)) continue
    reached.add(file)
    for (const [, target = ''] of proseOf(read(file)).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      open.push(relative(root, resolve(root, dirname(file), target)))
    }
  }
  expect(files.filter((file) => !reached.has(file))).toEqual([])
})

test('every environment variable of the hub is explained, and no other', () => {
  const known = new Set(read('packages/server/src/config.ts').match(/\b(?:DATAHUB_[A-Z_]+|DATABASE_URL)\b/g))
  const ofTheCommandLine = ['DATAHUB_URL', 'DATAHUB_TOKEN', 'DATAHUB_WORKSPACE']
  const explained = new Set(read('docs/070-operate.md').match(/\b(?:DATAHUB_[A-Z_]+|DATABASE_URL)\b/g))
  expect([...explained].sort()).toEqual([...known, ...ofTheCommandLine].sort())
})

test('every field of a hub file stands in the guide', () => {
  const guide = read('docs/030-first-task.md')
  const fields = [HubDefinition, SourceDefinition, TaskDefinition, OneTime].flatMap((one) => Object.keys(one.shape))
  const kinds = [postgres, mysql, duckdb].flatMap(({ connectionSchema, reportSchema }) =>
    [connectionSchema, reportSchema].flatMap((schema) => Object.keys((schema as unknown as z.ZodObject).shape)),
  )
  const isTold = (field: string) => guide.includes(`\`${field}\``) || guide.includes(`### ${field}\n`)
  expect([...fields, ...kinds].filter((field) => !isTold(field))).toEqual([])
})

test('every command that the documentation shows exists', () => {
  const commands = new Set(
    [...read('packages/cli/src/help.golden.txt').matchAll(/^\$ datahub ((?:[a-z-]+ )*)--help$/gm)].map(
      ([, words = '']) => words.trim(),
    ),
  )
  const nouns = new Set([...commands].map((command) => command.split(' ', 1)[0]))
  const unknown = files.flatMap((file) =>
    [...read(file).matchAll(/(?:^|[`$(]|-- |\$ )datahub ([a-z]+)(?: ([a-z][a-z-]*))?/gm)]
      .filter(
        ([, noun = '', verb = '']) =>
          !commands.has(noun) ||
          !nouns.has(noun) ||
          (hasVerbs(noun) && verb !== '' && !commands.has(`${noun} ${verb}`)),
      )
      .map(([text]) => `${file}: ${text}`),
  )
  expect(unknown).toEqual([])

  function hasVerbs(noun: string): boolean {
    return [...commands].some((command) => command.startsWith(`${noun} `))
  }
})

import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../packages/console/src')

/** The same in every language; so are examples of values, which placeholders are. */
const NAMES = ['Data Hub', 'NULL', 'SHA-256']

/** Words that stand in JSX itself: before a closing tag, or in an attribute that is read out or shown. */
function literalTexts(source: string): string[] {
  const between = [...source.matchAll(/>([^<>{}=;()]*\p{L}{2,}[^<>{}=;()]*)<\//gu)]
  const attributes = [...source.matchAll(/\s(?:aria-label|title|label|alt)="([^"]*\p{L}{2,}[^"]*)"/gu)]
  return [...between, ...attributes].map(([, text = '']) => text.trim()).filter((text) => !NAMES.includes(text))
}

test('no text stands in JSX: the catalogues have every sentence, in every language', () => {
  const found = globSync('**/*.tsx', { cwd: root }).flatMap((file) =>
    literalTexts(readFileSync(resolve(root, file), 'utf8')).map((text) => `${file}: ${text}`),
  )
  expect(found).toEqual([])
})

test.each([
  ['<p>Nothing yet</p>', ['Nothing yet']],
  ['<Button aria-label="Close it">{icon}</Button>', ['Close it']],
  ['<h1>任务</h1>', ['任务']],
  ['<p>{m.task.none}</p>', []],
  ['<span>·</span>', []],
])('the check sees what is written in %s', (source, texts) => {
  expect(literalTexts(source)).toEqual(texts)
})

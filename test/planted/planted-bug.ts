import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

export const root = resolve(import.meta.dirname, '../..')

const bugSchema = z.strictObject({
  /** One sentence: what no longer holds with this bug. */
  breaks: z.string(),
  /** The file it is planted in, from the root. */
  file: z.string(),
  /** Text that stands in the file once; its indentation is that of the place. */
  text: z.string(),
  replacement: z.string(),
  /** The file of the test that has to fail, from the root. */
  test: z.string(),
  /** The whole name of the test, with its suites: `suite > test`. */
  name: z.string(),
  /** What the failure has to say: a test that fails for another reason has not found the bug. */
  because: z.string(),
  /** Where the simulation has to find it as well: within so many histories. */
  histories: z.number().optional(),
})

/** A mistake that somebody could make, and the test that must find it. */
export interface PlantedBug extends z.infer<typeof bugSchema> {
  /** The name of its file. */
  readonly id: string
}

const folder = join(import.meta.dirname, 'bugs')

/** All planted bugs by name. Throws with the file's name when one cannot be read. */
export function readBugs(): PlantedBug[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
  return files.sort().map((file) => {
    const parsed = bugSchema.safeParse(parse(readFileSync(join(folder, file), 'utf8')))
    if (!parsed.success) throw new Error(`test/planted/bugs/${file}: ${z.prettifyError(parsed.error)}`)
    return { id: file.slice(0, -'.yaml'.length), ...parsed.data }
  })
}

/** The source with the bug in it. Throws when the text does not stand there exactly once. */
export function plant({ id, file, text, replacement }: PlantedBug, source: string): string {
  const places = indentations(source, text).map((indentation) => indent(text, indentation))
  const [place] = places
  const found = place === undefined ? 0 : source.split(place).length - 1
  if (place === undefined || places.length !== 1 || found !== 1) {
    const times = place === undefined ? 'not' : `${Math.max(found, places.length)} times`
    throw new Error(
      `the text of ${id} stands ${times} in ${file}. Where the code has changed, plant the same mistake in the new code; where nobody can make it any more, remove test/planted/bugs/${id}.yaml.`,
    )
  }
  return source.replace(place, () => indent(replacement, place === text ? '' : leadingOf(source, place)))
}

/** In which indentations the text stands in the source. A text of one line has none of its own. */
function indentations(source: string, text: string): string[] {
  if (!text.includes('\n')) return source.includes(text) ? [''] : []
  const widths = [0, 2, 4, 6, 8, 10, 12, 14, 16].map((width) => ' '.repeat(width))
  return widths.filter((indentation) => source.includes(indent(text, indentation)))
}

function indent(text: string, indentation: string): string {
  return text.replaceAll(/\n(?=.)/g, `\n${indentation}`)
}

/** The blanks before a place in the source. */
function leadingOf(source: string, place: string): string {
  const before = source.slice(0, source.indexOf(place))
  return /[ ]*$/.exec(before)?.[0] ?? ''
}

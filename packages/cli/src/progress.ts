import stringWidth from 'string-width'
import { countOf, sizeWords } from './quantity.ts'
import { painter, visible } from './style.ts'
import { durationWords } from './time.ts'
import type { World } from './world.ts'

/** What there is to tell of work under way. */
export interface ProgressState {
  readonly name: string
  readonly execution: number
  readonly status: number
  /** What is happening, such as `file pending` or `waits for attempt 2`. */
  readonly step: string
  /** Stages behind us and in all: the hub does not know how many rows there will be. */
  readonly stage: readonly [done: number, all: number]
  readonly rows: number
  readonly sizeBytes: number
}

export interface Progress {
  update(state: ProgressState): void
  /** Takes the repainted line away, so that what follows begins on an empty one. */
  end(): void
}

const LINE_EVERY_MS = 5_000
const CLEAR_LINE = '\r\u001b[2K'

/** One moment of work under way, as both ways of showing it need it. */
export interface ProgressLine {
  readonly bar: string
  /** What stands behind the bar; the time that has passed follows. */
  readonly parts: readonly string[]
  /** A change of it is worth a line at once. */
  readonly step: string
  /** `key=value` pairs for those who read lines. */
  readonly fields: string
}

/** The progress of one execution. */
export function startProgress(world: World, quiet: boolean): Progress {
  const lines = startLines(world, quiet)
  return { update: (state) => lines.update(lineOf(state)), end: () => lines.end() }
}

/** On a terminal one line that is painted again; elsewhere one `key=value` line each 5 s. Nothing where `quiet`. */
export function startLines(world: World, quiet: boolean): { update(line: ProgressLine): void; end(): void } {
  if (quiet) return { update() {}, end() {} }
  const startedAt = world.clock.now().getTime()
  const elapsedMs = () => world.clock.now().getTime() - startedAt
  return world.stderr.isTTY ? repaintedLine(world, elapsedMs) : linesNowAndThen(world, elapsedMs)
}

function lineOf({ name, execution, status, step, stage: [done, all], rows, sizeBytes }: ProgressState): ProgressLine {
  const parts = [`${visible(name)} #${execution}`, step]
  if (rows > 0) parts.push(countOf(rows, 'row'))
  if (sizeBytes > 0) parts.push(sizeWords(sizeBytes))
  return {
    bar: '█'.repeat(done) + '░'.repeat(all - done),
    parts,
    step,
    fields: `execution=${execution} status=${status} step=${JSON.stringify(step)} rows=${rows} bytes=${sizeBytes}`,
  }
}

function repaintedLine(world: World, elapsedMs: () => number) {
  const paint = painter(world.stderr, world.env)
  let last = ''
  return {
    update({ bar, parts }: ProgressLine) {
      const text = fit(`${bar}  ${[...parts, durationWords(elapsedMs())].join('  ')}`, (world.stderr.columns || 80) - 1)
      if (text === last) return
      last = text
      world.stderr.write(CLEAR_LINE + text.replace(bar, paint('green', bar)))
    },
    end() {
      if (last) world.stderr.write(CLEAR_LINE)
      last = ''
    },
  }
}

function linesNowAndThen(world: World, elapsedMs: () => number) {
  let nextAtMs = 0
  let lastStep = ''
  return {
    update({ step, fields }: ProgressLine) {
      if (elapsedMs() < nextAtMs && step === lastStep) return
      nextAtMs = elapsedMs() + LINE_EVERY_MS
      lastStep = step
      world.stderr.write(`${fields} elapsed=${Math.round(elapsedMs() / 1000)}s\n`)
    },
    end() {},
  }
}

/** A line longer than the terminal would wrap, and could then not be painted over. */
function fit(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text
  let fitting = ''
  for (const character of text) {
    if (stringWidth(fitting + character) > columns - 1) break
    fitting += character
  }
  return `${fitting}…`
}

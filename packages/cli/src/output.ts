import { painter, type Paint } from './style.ts'
import type { World } from './world.ts'

/** How a command speaks: its result on stdout, everything else on stderr. */
export interface Printer {
  readonly json: boolean
  readonly paint: Paint
  /** The result: the value as the API gives it with `--json`, else the text made for people. */
  result(value: unknown, text: (paint: Paint) => string): void
  /** A result that is a list; an empty one is said on stderr, so that stdout holds nothing but rows. */
  list(items: readonly unknown[], whenEmpty: string, text: (paint: Paint) => string): void
  /** A part of the result that is ready before the rest; nothing with `--json`, which prints one value at the end. */
  line(text: string): void
  /** What to do next, or what was done; nothing with `--json`. */
  note(text: string): void
}

export function printerFor(world: World, json: boolean): Printer {
  const paint = painter(world.stdout, world.env)
  const printer: Printer = {
    json,
    paint,
    result(value, text) {
      world.stdout.write(`${json ? JSON.stringify(value, null, 2) : text(paint)}\n`)
    },
    list(items, whenEmpty, text) {
      if (items.length === 0 && !json) printer.note(whenEmpty)
      else printer.result(items, text)
    },
    line(text) {
      if (!json) world.stdout.write(`${text}\n`)
    },
    note(text) {
      if (!json) world.stderr.write(`${text}\n`)
    },
  }
  return printer
}

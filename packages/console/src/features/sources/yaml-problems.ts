import type { Problem } from '@datahub/core/api/error-shapes'
import { sentences } from '../../components/sentences.ts'
import { isNode, LineCounter, parseDocument } from 'yaml'

export interface LineProblem {
  /** Counted from 1. */
  readonly line: number
  readonly message: string
  /** Of the parser, where the text is malformed. */
  readonly code?: string
}

/**
 * What is wrong with a YAML text, by line: its form, and what the hub says of the fields that it holds. `root`: where its
 * content stands in the definition, `connection` or `reports`.
 */
export function yamlProblems(text: string, root: string, problem: Problem | undefined): LineProblem[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const malformed = document.errors.map(({ pos, code, message }) => ({
    line: lines.linePos(pos[0]).line,
    code,
    message: message.split('\n')[0] ?? message,
  }))
  if (malformed.length > 0) return malformed
  const found: LineProblem[] = []
  for (const { field, problem: what, cure } of problem?.errors ?? []) {
    const path = pathOf(field.replace(/^source\./, ''))
    if (path[0] !== root) continue
    const offset = offsetOf(document, path.slice(1))
    if (offset !== undefined)
      found.push({ line: lines.linePos(offset).line, message: `${field} ${sentences(what, cure)}` })
  }
  return found
}

/** Where the value stands, or the nearest that is there of those around it; undefined: it is not of this text. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return path.length > 1 ? 0 : undefined
}

/** `reports[0].columns` → `['reports', 0, 'columns']` */
function pathOf(field: string): (string | number)[] {
  return [...field.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name ?? '') : Number(index),
  )
}

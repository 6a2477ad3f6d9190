import { joinPath } from '@datahub/core/error/field-problems'
import { isAlias, isMap, isScalar, isSeq, Scalar, type Node } from 'yaml'
import { readUnquoted, substitute } from './environment.ts'
import type { LocatedProblem, Place, Places, Position } from './located.ts'
import type { Parsed } from './parse.ts'

export interface PlainValue {
  readonly value: unknown
  readonly places: Places
  readonly problems: readonly LocatedProblem[]
}

/** Far more than any real file has; less than would hurt when aliases multiply. */
const MOST_NODES = 50_000

/** The document as plain values, with `${env:NAME}` replaced, and for every path the place it came from. */
export function toPlainValue(parsed: Parsed, env: Readonly<Record<string, string | undefined>>): PlainValue {
  const walk = new Walk(parsed, env)
  const value = walk.valueOf(parsed.document.contents, '', undefined)
  return { value, places: walk.places, problems: walk.problems }
}

class Walk {
  readonly places = new Map<string, Place>()
  readonly problems: LocatedProblem[] = []
  readonly #parsed: Parsed
  readonly #env: Readonly<Record<string, string | undefined>>
  /** The nodes we are inside of: an alias to one of them never ends. */
  readonly #around = new Set<Node>()
  #nodes = 0

  constructor(parsed: Parsed, env: Readonly<Record<string, string | undefined>>) {
    this.#parsed = parsed
    this.#env = env
  }

  valueOf(node: unknown, path: string, key: Position | undefined): unknown {
    this.#nodes += 1
    const at = this.#positionOf(node) ?? key ?? { line: 1, column: 1 }
    if (this.#nodes > MOST_NODES) {
      if (this.#nodes === MOST_NODES + 1) {
        this.#wrong(at, path, 'the file unfolds into too many values', 'Use fewer aliases, or several files.')
      }
      return undefined
    }
    const place: Place = key ? { ...at, key } : at
    this.places.set(path, place)
    if (isAlias(node)) return this.#aliased(node.source, node.resolve(this.#parsed.document), path, place)
    if (isScalar(node)) return this.#scalar(node, path, place)
    if (isMap(node) || isSeq(node)) return this.#inside(node, () => this.#collection(node, path))
    return null
  }

  #aliased(name: string, target: Node | undefined, path: string, place: Place): unknown {
    if (target && !this.#around.has(target)) return this.valueOf(target, path, place.key)
    const problem = target ? `*${name} stands inside of what it names` : `there is no &${name} before *${name}`
    this.#wrong(place, path, problem, 'Write the value itself.')
    return undefined
  }

  #inside(node: Node, read: () => unknown): unknown {
    this.#around.add(node)
    try {
      return read()
    } finally {
      this.#around.delete(node)
    }
  }

  #collection(node: Node, path: string): unknown {
    if (isSeq(node)) return node.items.map((item, index) => this.valueOf(item, joinPath(path, [index]), undefined))
    const fields: Record<string, unknown> = {}
    for (const pair of isMap(node) ? node.items : []) {
      const name = isScalar(pair.key) ? String(pair.key.value) : String(pair.key)
      const key = this.#positionOf(pair.key)
      const field = joinPath(path, [name])
      if (name === '__proto__' || name === '<<') {
        const problem = name === '<<' ? 'YAML 1.2 has no merge keys' : 'this word cannot be a key'
        this.#wrong(key ?? { line: 1, column: 1 }, field, problem, 'Write the fields themselves.')
        continue
      }
      fields[name] = this.valueOf(pair.value, field, key)
    }
    return fields
  }

  #scalar(node: Scalar, path: string, place: Place): unknown {
    const { value, type } = node
    const known: Place = node.source === undefined ? place : { ...place, source: node.source }
    this.places.set(path, known)
    if (typeof value !== 'string') return value
    const { text, isChanged, problems } = substitute(value, this.#env)
    for (const { problem, cure } of problems) this.#wrong(place, path, problem, cure)
    if (!isChanged) return value
    this.places.set(path, { ...place, isFromEnvironment: true })
    const isWhole = /^\$\{env:[^}]*\}$/.test(value)
    return type === Scalar.PLAIN && isWhole ? readUnquoted(text) : text
  }

  #positionOf(node: unknown): Position | undefined {
    const offset = (node as Node | null)?.range?.[0]
    return offset === undefined ? undefined : this.#parsed.positionAt(offset)
  }

  #wrong(position: Position, field: string, problem: string, cure: string): void {
    this.problems.push({ position: { line: position.line, column: position.column }, field, problem, cure })
  }
}

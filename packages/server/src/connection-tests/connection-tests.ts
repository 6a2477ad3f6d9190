import type { LastTestView } from '@datahub/core/api/connection-test-shapes'
import { headline, type CheckStep } from '@datahub/core/check/check-step'
import { createHmac } from 'node:crypto'
import type { Database } from '../db/database.ts'
import type { Tester } from '../db/schema.ts'
import type { Scope } from '../db/scope.ts'
import type { SecretBox } from '../foundation/secret-box.ts'
import {
  hasPassedWithin,
  listLastTests,
  recordTest,
  type ConnectionTest,
  type LastTest,
  type Noun,
} from './connection-test-store.ts'

/** What is tried, under which name, with which values. */
export type Subject = Pick<ConnectionTest, 'noun' | 'name' | 'fingerprint'>

const JUST_MINUTES = 15

/** Whoever asks, in which workspace. */
export interface TesterIn extends Scope {
  readonly actor: Tester
}

/** Remembers how connection tests ended, and of which values. */
export class ConnectionTests {
  readonly #db: Database
  readonly #key: string

  constructor(db: Database, box: SecretBox) {
    this.#db = db
    this.#key = box.derive('connection-tests')
  }

  /** Tells values apart, secrets too, and nothing of what they are. */
  fingerprint(values: object): string {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify(sorted(values)))
      .digest('base64url')
  }

  /** The steps as they come; kept when they have all come. */
  async *keep(by: TesterIn, subject: Subject, steps: AsyncIterable<CheckStep>): AsyncGenerator<CheckStep> {
    const seen: CheckStep[] = []
    for await (const step of steps) {
      seen.push(step)
      yield step
    }
    const ok = seen.every(({ verdict }) => verdict !== 'failed')
    await recordTest(this.#db, by, { ...subject, by: by.actor, ok, steps: seen })
  }

  /** A delivery went through: as good as a test. */
  async proved(scope: Scope, subject: Subject, at: Date): Promise<void> {
    await recordTest(this.#db, scope, { ...subject, at, by: { kind: 'delivery', name: '' }, ok: true, steps: [] })
  }

  /** Whether these very values have passed a test within the last quarter of an hour. */
  async hasJustPassed(scope: Scope, subject: Subject): Promise<boolean> {
    return hasPassedWithin(this.#db, scope, subject, JUST_MINUTES)
  }

  /** By the id of the source or destination. */
  async lastOf(scope: Scope, noun: Noun, id?: number): Promise<Map<number, LastTestView>> {
    return new Map((await listLastTests(this.#db, scope, noun, id)).map((last) => [last.id, view(last)]))
  }
}

function view({ at, by, ok, steps, isCurrent }: LastTest): LastTestView {
  return { at: at.toISOString(), by, ok, headline: headline(steps), isCurrent, steps: [...steps] }
}

/** The same values are the same text, whatever the order of their fields. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([field, part]) => [field, sorted(part)]),
  )
}

/** So long may changes be silent until pages ask by themselves. */
const PATIENCE_MS = 3_000
const POLL_MS = 5_000
/** What nobody tells: time that passes, a stream that has died without a word. */
const SELDOM_MS = 30_000

/** Whether changes are told as they happen, and how often pages ask by themselves accordingly. */
export class Pulse {
  #isUp = true
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #listeners = new Set<() => void>()

  get isUp(): boolean {
    return this.#isUp
  }

  /** Seldom while changes are told, every five seconds while they are not. */
  get everyMs(): number {
    return this.#isUp ? SELDOM_MS : POLL_MS
  }

  /** Says when the pace becomes another one; answers how to stop that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Changes come. */
  beat(): void {
    this.#become(true)
  }

  /** They may not come: for a while nothing is made of it. */
  doubt(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#become(false), PATIENCE_MS)
  }

  /** Nobody looks. */
  rest(): void {
    clearTimeout(this.#timer)
  }

  #become(isUp: boolean): void {
    clearTimeout(this.#timer)
    if (this.#isUp === isUp) return
    this.#isUp = isUp
    for (const listener of this.#listeners) listener()
  }
}

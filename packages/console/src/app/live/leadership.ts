/**
 * Which of the tabs that are looked at holds the stream of changes: a browser opens six connections to a host without
 * HTTP/2, and a stream in every tab would take them all. Web Locks would do it in two lines, but plain http has none.
 */

type Word = 'who' | 'beat' | 'bye'

interface Message<Told> {
  readonly from: string
  readonly word?: Word
  readonly told?: Told
}

interface Pace {
  /** How often the leader says that it is there, and after how long a silence another one takes over. */
  readonly beatMs: number
  readonly silenceMs: number
  /** How long a newcomer waits for an answer. */
  readonly answerMs: number
}

const PACE: Pace = { beatMs: 3_000, silenceMs: 8_000, answerMs: 250 }

interface Part<Told> {
  lead(): void
  /** Another tab leads. */
  follow(): void
  /** What the leader has passed on. */
  hear(told: Told): void
  /** Somebody new listens: what they need to know. */
  greet(): Told
}

export class Leadership<Told> {
  readonly #channel: BroadcastChannel
  readonly #part: Part<Told>
  readonly #pace: Pace
  readonly #id = Math.random().toString(36).slice(2)
  #leads = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #beat: ReturnType<typeof setInterval> | undefined

  constructor(name: string, part: Part<Told>, pace = PACE) {
    this.#channel = new BroadcastChannel(name)
    this.#part = part
    this.#pace = pace
    this.#channel.addEventListener('message', ({ data }: MessageEvent<Message<Told>>) => this.#take(data))
    this.#say({ word: 'who' })
    this.#waitFor(pace.answerMs)
  }

  /** Passes on what all tabs have to hear; only the leader has something to say. */
  tell(told: Told): void {
    if (this.#leads) this.#say({ told })
  }

  /** Another tab may lead at once. */
  leave(): void {
    clearTimeout(this.#timer)
    clearInterval(this.#beat)
    if (this.#leads) this.#say({ word: 'bye' })
    this.#leads = false
    this.#channel.close()
  }

  #take({ from, word, told }: Message<Told>): void {
    if (word === 'who' && this.#leads) this.#say({ word: 'beat', told: this.#part.greet() })
    if (word === 'bye') this.#waitFor(0)
    if (word === 'beat') {
      // Two that began at the same moment: one of them gives way
      if (this.#leads && this.#id < from) return this.#say({ word: 'beat' })
      this.#follow()
    }
    if (told !== undefined && !this.#leads) this.#part.hear(told)
  }

  #follow(): void {
    clearInterval(this.#beat)
    this.#leads = false
    this.#part.follow()
    this.#waitFor(this.#pace.silenceMs)
  }

  /** Leads unless somebody is heard before; not all at the same moment. */
  #waitFor(ms: number): void {
    if (this.#leads) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#lead(), ms + Math.random() * this.#pace.answerMs)
  }

  #lead(): void {
    this.#leads = true
    this.#say({ word: 'beat' })
    this.#beat = setInterval(() => this.#say({ word: 'beat' }), this.#pace.beatMs)
    this.#part.lead()
  }

  #say(message: Omit<Message<Told>, 'from'>): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin
    this.#channel.postMessage({ from: this.#id, ...message })
  }
}

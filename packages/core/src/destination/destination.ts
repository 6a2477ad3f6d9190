import type { CheckStep } from '../check/check-step.ts'

/** A whole file on the hub's disk, sealed: it will not change any more. */
export interface StagedFile {
  readonly path: string
  readonly sizeBytes: number
  /** Hexadecimal, taken from the bytes as they were written, not read back. */
  readonly sha256: string
}

/** A file on the hub's disk that is still written: it only grows, and what stands in it does not change any more. */
export interface GrowingFile {
  /** Where it stands while it grows. */
  readonly path: string
  /** Answers how large it is, as soon as it has that size or is whole. Rejects when it will never be whole, or with the signal's reason. */
  reach(sizeBytes: number, signal: AbortSignal): Promise<{ readonly sizeBytes: number; readonly whole: boolean }>
}

/** What a stored object says of itself, beside its bytes. Keys are lower-case words with hyphens. */
export interface ObjectLabels {
  /** The hub that wrote it. */
  readonly instance: string
  readonly sha256: string
  /** The Request ID of the execution, for objects that belong to one. */
  readonly request?: string
  /** In place of the hash, where the object had to be begun before its content was known: a mark of that one upload. */
  readonly upload?: string
}

/** What is known of an object before its content is. */
export type ObjectOrigin = Omit<ObjectLabels, 'sha256' | 'upload'>

/** An object that is being sent while it is still written. Nobody sees anything of it before `putNew`. */
export interface SendingAhead extends AsyncDisposable {
  /** `Destination.putNew` for the file, which is sealed by now; what has arrived already is not sent again. Once only. */
  putNew(staged: StagedFile, labels: ObjectLabels, signal: AbortSignal, stillMine: () => Promise<void>): Promise<Stored>
  /** Ends what is under way and, unless the object was stored, has the storage throw it away if it may. Does not throw. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface Stored {
  /** What `putVersion` and `get` call this state of the object: an ETag, a hash. */
  readonly version: string
}

export interface StoredObject extends Stored {
  readonly body: Buffer
  /** Empty where the store keeps none. */
  readonly labels: Partial<ObjectLabels>
}

/** `absent` only where the store says so; with the seed's policy a missing key is `unreadable` (403). */
export type Got = StoredObject | 'absent' | 'unreadable'

/**
 * A customer's storage, as the sender may use it: whole objects in and back out, nothing listed, nothing removed.
 * Keys begin with the destination's `prefix` and have `/` between folders. Failures are DataHubErrors with
 * `destination.*` codes, `package.corrupt` for a body that is not what was sealed, or the reason of the signal.
 */
export interface Destination {
  readonly kind: string
  /** What stands before `reports/` in every key: `''`, or a folder with its slash. */
  readonly prefix: string

  /**
   * Stores the object under `key` unless something else is there. Readers see all of it or none of it. The same object
   * already there is success: same content and, where the store keeps labels, the same labels; any other is
   * `destination.name_taken`. What is stored has been verified on return.
   * `stillMine` is asked last thing before the object becomes visible; when it throws, nothing is published.
   */
  putNew(
    key: string,
    body: StagedFile | Buffer,
    labels: ObjectLabels,
    signal: AbortSignal,
    stillMine?: () => Promise<void>,
  ): Promise<Stored>

  /**
   * Begins to send a file that is still written. A failure to do so is no failure of the object: `SendingAhead.putNew`
   * sends it whole then. `expectedBytes` guesses at its size when that is needed. Absent where nothing can be sent without being seen.
   */
  sendAhead?(
    key: string,
    file: GrowingFile,
    origin: ObjectOrigin,
    expectedBytes: () => Promise<number>,
    signal: AbortSignal,
    stillMine: () => Promise<void>,
  ): SendingAhead

  /**
   * Replaces the object if it is still the version given (null: if absent). A lost race is `destination.lost_race`:
   * read again, merge, and try again; so is an object that has gone meanwhile. The same content already there is success.
   * Null where something is that may not be read is `destination.unreadable`.
   */
  putVersion(
    key: string,
    body: Buffer,
    labels: ObjectLabels,
    ifVersion: string | null,
    signal: AbortSignal,
  ): Promise<Stored>

  get(key: string, signal: AbortSignal): Promise<Got>

  /** Whether exactly this content stands under `key`: how a retry finds, without sending, what an earlier attempt has stored. */
  has(
    key: string,
    content: { readonly sha256: string; readonly sizeBytes: number },
    signal: AbortSignal,
  ): Promise<boolean>

  /** Tries what a delivery will do, step by step. Wrong settings are verdicts, not exceptions. */
  check(signal: AbortSignal): AsyncIterable<CheckStep>

  /**
   * Removes what died half-way under keys of which `isForgotten` says that nobody works on them: parts of uploads, which
   * nobody sees and which are billed. Answers how many are left, because they may not be removed or the store does not
   * answer. Absent where nothing can be left behind.
   */
  tidyUp?(isForgotten: (key: string) => boolean, signal: AbortSignal): Promise<number>

  close(): Promise<void>
}

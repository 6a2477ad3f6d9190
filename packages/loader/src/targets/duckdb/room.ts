import { LoaderError } from '../../problem.ts'

/** What DuckDB was allowed to take was too little. */
export class OutOfRoom extends LoaderError {
  constructor() {
    super('DuckDB had too little memory.', 'Load it where more memory is free: DuckDB may take half of that.')
  }
}

/** Whether an error of the engine is about what it was allowed to take; some that do not name their kind are. */
export function isAboutRoom(words: string): boolean {
  return /\bOut of Memory Error\b|\bfailed to (pin block|allocate data)\b|\bcould not allocate block\b/.test(words)
}

/**
 * What DuckDB may take at the least, in bytes: little, as long as that is enough. It holds much more than is said of it where
 * single values are long, and fails rather than wait.
 */
export class Room {
  bytes: number

  constructor(bytes: number) {
    this.bytes = bytes
  }

  /** Whether there is more of it now, after an error that says that `had` was too little. */
  grow(error: unknown, had = this.bytes): boolean {
    if (!(error instanceof OutOfRoom) || 2 * had > process.availableMemory() / 2) return false
    this.bytes = 2 * had
    return true
  }
}

import type { Cut } from '../tables/ranges.ts'
import { isNewer, type Age } from './age.ts'

/** A load, and the range that it has delivered. */
export interface Owner extends Age {
  readonly cut: Cut
}

interface Piece<Load extends Owner> extends Cut {
  readonly owner: Load
}

/**
 * Which load of a table is the newest for each part of time: pieces that do not overlap, in order. What a load is asked
 * about, and what it changes, are the pieces of its own range: never all loads there are.
 */
export class RangeOwners<Load extends Owner> {
  readonly #pieces: Piece<Load>[] = []

  add(load: Load): void {
    const { from, to } = load.cut
    const [first, end] = this.#overlap(load.cut)
    const pieces: Piece<Load>[] = []
    const put = (piece: Piece<Load>) => {
      if (piece.from >= piece.to) return
      const before = pieces.at(-1)
      if (before?.owner === piece.owner && before.to === piece.from)
        pieces[pieces.length - 1] = { ...before, to: piece.to }
      else pieces.push(piece)
    }
    let at = from
    for (const piece of this.#pieces.slice(first, end)) {
      const shared = { from: later(piece.from, from), to: earlier(piece.to, to) }
      put({ from: piece.from, to: shared.from, owner: piece.owner })
      put({ from: at, to: shared.from, owner: load })
      put({ ...shared, owner: isNewer(load, piece.owner) ? load : piece.owner })
      put({ from: shared.to, to: piece.to, owner: piece.owner })
      at = shared.to
    }
    put({ from: at, to, owner: load })
    this.#pieces.splice(first, end - first, ...pieces)
  }

  /** Loads that are newer than `one` and own a part of the cut: together they own what of it no longer counts. */
  newerThan(one: Age, cut: Cut): Load[] {
    const [first, end] = this.#overlap(cut)
    const owners = new Set(this.#pieces.slice(first, end).map(({ owner }) => owner))
    return [...owners].filter((owner) => isNewer(owner, one))
  }

  /** The pieces that a cut shares time with: the first of them, and the one after the last. */
  #overlap({ from, to }: Cut): [first: number, end: number] {
    let [low, high] = [0, this.#pieces.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#pieces[middle] as Piece<Load>).to > from) high = middle
      else low = middle + 1
    }
    let end = low
    while (end < this.#pieces.length && (this.#pieces[end] as Piece<Load>).from < to) end += 1
    return [low, end]
  }
}

function later(one: string, other: string): string {
  return one > other ? one : other
}

function earlier(one: string, other: string): string {
  return one < other ? one : other
}

/** What helps: while the hub goes on by itself, and once it does so no more. */
export interface Remedy {
  readonly meanwhile: string
  readonly inTheEnd: string
}

const NO_MORE = 'It is not tried again by itself any more: retry it ("datahub execution retry").'

interface Passing {
  /** What the hub does by itself. */
  readonly deed?: 'is tried again' | 'is asked for anew' | 'is made again' | 'starts again'
  /** What has happened, without a full stop. */
  readonly because?: string
  /** What else helps: a clause, or after `because` a sentence. */
  readonly besides?: string
}

/** For what may pass: the hub's promise, which is taken back after the last attempt. */
export function byItself({ deed = 'is tried again', because, besides }: Passing = {}): Remedy {
  const promise = `it ${deed} by itself`
  if (because !== undefined)
    return {
      meanwhile: sentences(`${because}; ${promise}.`, besides),
      inTheEnd: sentences(NO_MORE, `${because}.`, besides),
    }
  return {
    meanwhile: capitalised(besides === undefined ? `${promise}.` : `${promise}; ${besides}`),
    inTheEnd: sentences(NO_MORE, besides && capitalised(besides)),
  }
}

/** A sentence is what only a person can do, then and now. */
export function remedyOf(remedy: string | Remedy): Remedy {
  return typeof remedy === 'string' ? { meanwhile: remedy, inTheEnd: remedy } : remedy
}

function sentences(...all: readonly (string | undefined)[]): string {
  return all.filter((one) => one !== undefined).join(' ')
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}

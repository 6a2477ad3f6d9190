/** A failure that the reader can mend: what went wrong, what to try, and what the program that failed said. */
export class BootstrapError extends Error {
  constructor(message, remedy, output = '') {
    super(message)
    this.remedy = remedy
    this.output = output
  }
}

/** Tells progress. On stderr, because stdout belongs to the script that is run afterwards. */
export function say(sentence) {
  process.stderr.write(`${sentence}\n`)
}

/** Ends the program with the sentence of an error; an error nobody foresaw keeps its stack. */
export function report(error) {
  if (error instanceof BootstrapError) {
    // npm tells the cause first and its usage after it.
    const cause = error.output.trim().split('\n').slice(0, 20)
    if (error.output.trim() !== '') say(cause.map((line) => `  | ${line}`).join('\n'))
    say(`Error: ${error.message}\nTry:   ${error.remedy}`)
  } else {
    say(error?.stack ?? String(error))
  }
  process.exit(1)
}

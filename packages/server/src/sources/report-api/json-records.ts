import { Tokenizer, TokenParser, TokenType } from '@streamparser/json'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { RawNumber } from './raw-number.ts'

/** Keeps numbers as texts. */
class ExactTokenizer extends Tokenizer {
  protected override parseNumber(text: string): number {
    return new RawNumber(text) as unknown as number
  }
}

/**
 * The records of a JSON text, in batches as they come: those of the list at `path` (empty: the text is the list), or with
 * `lines` every value of the text. Throws `source.download_failed` where the text ends too early or is no JSON, and
 * `source.answer_unreadable` where there is no list at the path: a text about something else is not an empty report.
 */
export async function* jsonRecords(
  bytes: AsyncIterable<Uint8Array>,
  { path, lines, doing }: { path: readonly string[]; lines: boolean; doing: string },
): AsyncGenerator<unknown[]> {
  let batch: unknown[] = []
  const list = new ListWatch(path)
  const separator = lines ? { separator: '' } : {}
  const tokenizer = new ExactTokenizer(separator)
  const parser = new TokenParser({
    ...separator,
    paths: [lines ? '$' : ['$', ...path, '*'].join('.')],
    keepStack: false,
  })
  tokenizer.onToken = (token) => {
    if (!lines) list.see(token.token, token.value)
    parser.write(token)
  }
  parser.onValue = ({ value }) => {
    batch.push(value)
  }
  const parse = (act: () => void) => {
    try {
      act()
    } catch {
      // The parser's words quote the data
      throw new DataHubError('source.download_failed', doing, { hint: 'The JSON is cut off or damaged.' })
    }
  }
  for await (const chunk of bytes) {
    parse(() => tokenizer.write(chunk))
    if (batch.length === 0) continue
    yield batch
    batch = []
  }
  parse(() => {
    if (!tokenizer.isEnded) tokenizer.end()
    if (!parser.isEnded) parser.end()
  })
  if (batch.length > 0) yield batch
  if (lines || list.isFound) return
  const where = path.length === 0 ? 'The JSON is not a list' : `There is no list at ${path.join('.')} in the JSON`
  throw new DataHubError('source.answer_unreadable', doing, { hint: `${where}: correct download.records.` })
}

/** Whether the list at a path has been seen. */
class ListWatch {
  isFound = false
  readonly #path: readonly string[]
  #depth = 0
  /** How many steps of the path lead to where we are. */
  #matched = 0
  #isNext: boolean
  #text: unknown

  constructor(path: readonly string[]) {
    this.#path = path
    this.#isNext = path.length === 0
  }

  see(token: TokenType, value: unknown): void {
    if (this.isFound) return
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) {
      if (this.#isNext && this.#matched === this.#path.length) this.isFound = token === TokenType.LEFT_BRACKET
      this.#depth += 1
    }
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) {
      this.#depth -= 1
      this.#matched = Math.min(this.#matched, Math.max(0, this.#depth - 1))
    }
    this.#isNext = false
    // A text before a colon is a key: of the object that the path leads to, one step further
    if (token === TokenType.COLON && this.#depth === this.#matched + 1 && this.#text === this.#path[this.#matched]) {
      this.#matched += 1
      this.#isNext = true
    } else if (token === TokenType.COLON && this.#depth <= this.#matched) {
      this.#matched = this.#depth - 1
      if (this.#text === this.#path[this.#matched]) {
        this.#matched += 1
        this.#isNext = true
      }
    }
    this.#text = token === TokenType.STRING ? value : undefined
  }
}

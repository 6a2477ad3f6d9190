/** A report's query, cut at its placeholders: `texts` has one entry more than `ends`. */
export interface QueryTemplate {
  readonly texts: readonly string[]
  /** Which end of the data range stands between two texts. */
  readonly ends: readonly ('from' | 'to')[]
}

/** How an SQL dialect is taken apart. */
export interface Tokens {
  /**
   * Sticky: any one token. Its groups say which kind it is: `blank`, `comment` (the beginning of one), `end` (which end a
   * placeholder stands for), `parameter`, `open` (what opens something that is never closed).
   */
  readonly token: RegExp
  /** The comment that begins at `start`; empty when it never ends. */
  commentAt(query: string, start: number): string
}

/**
 * Finds `:from` and `:to` where they are placeholders: not inside literals, quoted names, comments or casts. A `;` at
 * the end is dropped. A problem is the rest of a sentence about the query, for its author.
 */
export function readTemplate(
  query: string,
  { token: pattern, commentAt }: Tokens,
): QueryTemplate | { problem: string } {
  if (query.includes('\0')) return { problem: 'must not contain NUL' }
  const texts: string[] = []
  const ends: ('from' | 'to')[] = []
  let text = ''
  let hasWords = false
  let hasEnded = false
  for (let at = 0; at < query.length;) {
    pattern.lastIndex = at
    const match = pattern.exec(query)
    const { blank, comment, end, parameter, open } = match?.groups ?? {}
    const token = comment ? commentAt(query, at) : (match?.[0] ?? '')
    if (parameter) return { problem: `has ${parameter}; only :from and :to can be filled in` }
    if (open || token === '') return { problem: `has a ${open ?? '/*'} that is never closed` }
    at += token.length
    if (token === ';') {
      hasEnded = true
      text += ' '
      continue
    }
    if (!blank && !comment) {
      if (hasEnded) return { problem: 'must be one statement, without ;' }
      hasWords = true
    }
    if (end) {
      texts.push(text)
      ends.push(end === 'from' ? 'from' : 'to')
      text = ''
    } else {
      text += token
    }
  }
  return hasWords ? { texts: [...texts, text], ends } : { problem: 'is empty' }
}

/** The query with something in place of every placeholder, in order. */
export function fillQuery(template: QueryTemplate, fill: (end: 'from' | 'to', index: number) => string): string {
  return template.texts.reduce((sql, text, index) => {
    const end = template.ends[index - 1]
    return end ? sql + fill(end, index - 1) + text : sql + text
  }, '')
}

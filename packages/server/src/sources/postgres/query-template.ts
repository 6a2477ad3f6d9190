/** A report's query, cut at its placeholders: `texts` has one entry more than `ends`. */
export interface QueryTemplate {
  readonly texts: readonly string[]
  /** Which end of the data range stands between two texts. */
  readonly ends: readonly ('from' | 'to')[]
}

/** The tokens of SQL that can hide a colon, then those that matter, then any other character. */
const TOKEN = new RegExp(
  [
    String.raw`(?:[eE]'(?:[^'\\]|''|\\[\s\S])*')`,
    String.raw`(?:'(?:[^']|'')*'|"(?:[^"]|"")*")`,
    String.raw`(?:\$(?<tag>(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$[\s\S]*?\$\k<tag>\$)`,
    String.raw`(?:[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\d[\w.]*)`,
    String.raw`(?<blank>\s+|--[^\n\r]*)`,
    String.raw`(?<comment>/\*)`,
    '::',
    String.raw`:(?<end>from|to)(?![\w$\u0080-\uffff])`,
    String.raw`(?<parameter>\$\d+)`,
    String.raw`(?<open>['"]|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)`,
    String.raw`[\s\S]`,
  ].join('|'),
  'y',
)

/**
 * Finds `:from` and `:to` where they are placeholders: not inside literals, quoted names, comments or casts. A `;` at
 * the end is dropped. A problem is the rest of a sentence about the query, for its author.
 */
export function readQuery(query: string): QueryTemplate | { problem: string } {
  if (query.includes('\0')) return { problem: 'must not contain NUL' }
  const texts: string[] = []
  const ends: ('from' | 'to')[] = []
  let text = ''
  let hasWords = false
  let hasEnded = false
  for (let at = 0; at < query.length;) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(query)
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

/** The comment that begins at `start`, with the comments inside it; empty when it never ends. */
function commentAt(query: string, start: number): string {
  const mark = /\/\*|\*\//g
  mark.lastIndex = start
  let depth = 0
  for (let found = mark.exec(query); found; found = mark.exec(query)) {
    depth += found[0] === '/*' ? 1 : -1
    if (depth === 0) return query.slice(start, mark.lastIndex)
  }
  return ''
}

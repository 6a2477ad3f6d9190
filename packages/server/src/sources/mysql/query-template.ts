import { readTemplate, type QueryTemplate } from '../query-template.ts'

/** The tokens of MySQL's SQL that can hide a colon, then those that matter, then any other character. */
const TOKEN = new RegExp(
  [
    String.raw`(?:'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*")`,
    '(?:`(?:[^`]|``)*`)',
    String.raw`(?:[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\d[\w.]*)`,
    String.raw`(?<blank>\s+|--(?=\s|$)[^\n]*|#[^\n]*)`,
    String.raw`(?<comment>/\*)`,
    ':=',
    String.raw`:(?<end>from|to)(?![\w$\u0080-\uffff])`,
    String.raw`(?<parameter>\?)`,
    '(?<open>[\'"`])',
    String.raw`[\s\S]`,
  ].join('|'),
  'y',
)

export function readQuery(query: string): QueryTemplate | { problem: string } {
  return readTemplate(query, { token: TOKEN, commentAt })
}

/** Comments do not nest. One that MySQL executes is left to it as it is. */
function commentAt(query: string, start: number): string {
  const end = query.indexOf('*/', start + 2)
  return end === -1 ? '' : query.slice(start, end + 2)
}

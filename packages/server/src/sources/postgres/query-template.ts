import { readTemplate, type QueryTemplate } from '../query-template.ts'

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

export function readQuery(query: string): QueryTemplate | { problem: string } {
  return readTemplate(query, { token: TOKEN, commentAt })
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

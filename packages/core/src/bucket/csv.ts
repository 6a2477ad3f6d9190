/**
 * The CSV dialect of the bucket contract: UTF-8, comma, LF, RFC 4180 quoting only where needed. NULL is an empty
 * unquoted field, the empty string is `""`.
 */

const NEEDS_QUOTES = /[",\n\r]/

/** One field; `null` is NULL. */
export function formatField(value: string | null): string {
  if (value === null) return ''
  if (value === '') return '""'
  return NEEDS_QUOTES.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

/** One record with its line feed. */
export function formatRecord(values: readonly (string | null)[]): string {
  return `${values.map(formatField).join(',')}\n`
}

/**
 * All records of a small CSV text; `null` for an empty unquoted field. Accepts CRLF and a last line without line feed,
 * because spreadsheets write them. For large files use a streaming reader.
 */
export function parseRecords(text: string): (string | null)[][] {
  const records: (string | null)[][] = []
  let record: (string | null)[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  while (at < text.length) {
    const [value, end] = text[at] === '"' ? quotedField(text, at) : plainField(text, at)
    record.push(value)
    at = end
    if (text[at] === ',') {
      at += 1
      if (at === text.length) record.push(null)
      else continue
    }
    if (text[at] === '\r') at += 1
    if (text[at] === '\n') at += 1
    else if (at < text.length) throw new SyntaxError(`CSV: unexpected character after a quoted field at offset ${at}`)
    records.push(record)
    record = []
  }
  return records
}

function quotedField(text: string, start: number): [string, number] {
  for (let close = text.indexOf('"', start + 1); close !== -1; close = text.indexOf('"', close + 2)) {
    if (text[close + 1] !== '"') return [text.slice(start + 1, close).replaceAll('""', '"'), close + 1]
  }
  throw new SyntaxError(`CSV: the quote at offset ${start} is never closed`)
}

function plainField(text: string, start: number): [string | null, number] {
  let end = start
  while (
    end < text.length &&
    text[end] !== ',' &&
    text[end] !== '\n' &&
    !(text[end] === '\r' && text[end + 1] === '\n')
  )
    end += 1
  return [end === start ? null : text.slice(start, end), end]
}

import { Refusal } from '../problem.ts'

export type CsvRecord = (string | null)[]

/** Records are short-lived, and few of them at a time keep it so: their memory is used again before there is much of it. */
const PIECE_BYTES = 8 * 1024

/**
 * Records of a CSV of our dialect, in small batches, for engines that take values one by one. Reads CRLF too, and a byte
 * order mark where a file starts; after the header it would be part of a value. Throws a Refusal for text that is not
 * UTF-8 or quotes that do not close.
 */
export async function* readRecords(
  chunks: AsyncIterable<Uint8Array>,
  from: 'header' | 'rows' = 'rows',
): AsyncGenerator<CsvRecord[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: from === 'rows' })
  let text = ''
  // A record that has not ended is begun again when there is twice as much of it: at each piece would be quadratic.
  let enough = 0
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      text += decode(decoder, chunk.subarray(at, at + PIECE_BYTES))
      if (text.length < enough) continue
      const batch: CsvRecord[] = []
      const end = parseInto(batch, text, false)
      enough = end === 0 ? 2 * text.length : 0
      text = text.slice(end)
      if (batch.length > 0) yield batch
    }
  }
  text += decode(decoder)
  const batch: CsvRecord[] = []
  const end = parseInto(batch, text, true)
  if (end < text.length) throw new Refusal('a CSV ends inside a quoted field')
  if (batch.length > 0) yield batch
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk?: Uint8Array): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch {
    throw new Refusal('a CSV is not UTF-8')
  }
}

/** Parses as many whole records as there are and gives back where the next one begins. */
function parseInto(batch: CsvRecord[], text: string, isLast: boolean): number {
  let recordAt = 0
  let at = 0
  let record: CsvRecord = []
  while (at < text.length) {
    let end: number
    let value: string | null
    if (text.charCodeAt(at) === 34) {
      const close = closingQuote(text, at)
      // What follows the quote decides whether it closes: the end of the chunk is not an answer.
      if (close === -1 || (close === text.length - 1 && !isLast)) return recordAt
      value = text.slice(at + 1, close)
      if (value.includes('"')) value = value.replaceAll('""', '"')
      end = close + 1
      if (text.charCodeAt(end) === 13) {
        if (end + 1 >= text.length && !isLast) return recordAt
        end += 1
      }
    } else {
      end = at
      let code = text.charCodeAt(end)
      while (end < text.length && code !== 44 && code !== 10) code = text.charCodeAt((end += 1))
      if (end >= text.length && !isLast) return recordAt
      const stop = text.charCodeAt(end - 1) === 13 && code !== 44 && end > at ? end - 1 : end
      value = stop === at ? null : text.slice(at, stop)
    }
    record.push(value)
    const code = text.charCodeAt(end)
    at = end + 1
    if (code === 44) {
      if (at < text.length || !isLast) continue
      record.push(null)
    } else if (end < text.length && code !== 10) throw new Refusal('a CSV has characters after a quoted field')
    batch.push(record)
    record = []
    recordAt = Math.min(at, text.length)
  }
  return recordAt
}

function closingQuote(text: string, open: number): number {
  for (let close = text.indexOf('"', open + 1); close !== -1; close = text.indexOf('"', close + 2)) {
    if (text.charCodeAt(close + 1) !== 34) return close
  }
  return -1
}

const QUOTE = 0x22
const COMMA = 0x2c
const LF = 0x0a
const NULL_WORD = Buffer.from('NULL')
const QUOTED_NULL_WORD = Buffer.from('"NULL"')
const MAX_HELD = NULL_WORD.length

/**
 * The CSV as LOAD DATA reads it: our NULL, an empty unquoted field, becomes the word NULL, and a field that is that word
 * is quoted. Everything else goes through as it is.
 */
export async function* withNullWords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0)
  let quoted = false
  /** The field began in an earlier chunk and is longer than the word. */
  let isLong = false
  let atRecordStart = true

  for await (const chunk of chunks) {
    const bytes =
      held.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([held, chunk])
    const parts: Buffer[] = []
    let copied = 0
    let start = 0
    for (let at = held.length; at < bytes.length; at += 1) {
      const byte = bytes[at] as number
      if (byte > COMMA) continue
      if (byte === QUOTE) quoted = !quoted
      else if (!quoted && (byte === COMMA || byte === LF)) {
        if (!isLong) copied = spell(parts, bytes, copied, start, at)
        start = at + 1
        isLong = false
        atRecordStart = byte === LF
      }
    }
    const rest = bytes.length - start
    const mayBeWord = !quoted && !isLong && rest <= MAX_HELD && bytes[start] !== QUOTE
    const end = mayBeWord ? start : bytes.length
    if (!mayBeWord) isLong = true
    if (end > copied) parts.push(bytes.subarray(copied, end))
    held = Buffer.from(bytes.subarray(end))
    if (parts.length > 0) yield parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
  }
  if (atRecordStart && held.length === 0) return
  if (isLong) return
  const last: Buffer[] = []
  const copied = spell(last, held, 0, 0, held.length)
  yield Buffer.concat([...last, held.subarray(copied)])
}

/** Puts the word for a field that is empty, and quotes for one that is the word; gives back what has been copied. */
function spell(parts: Buffer[], bytes: Buffer, copied: number, start: number, end: number): number {
  if (end === start) {
    parts.push(bytes.subarray(copied, start), NULL_WORD)
    return start
  }
  if (end - start !== NULL_WORD.length || NULL_WORD.compare(bytes, start, end) !== 0) return copied
  parts.push(bytes.subarray(copied, start), QUOTED_NULL_WORD)
  return end
}

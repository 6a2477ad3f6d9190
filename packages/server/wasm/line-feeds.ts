const QUOTE = i8x16.splat(0x22)
const LINE_FEED = i8x16.splat(0x0a)

/** Of the bytes that were scanned last, taken as if no quote were open at their start. */
export let unquotedLineFeeds: i32 = 0
export let quotedLineFeeds: i32 = 0
/** 1 when a quote is open at their end. */
export let opensQuote: i32 = 0

/** Counts 64 bytes at a time; overwrites up to 64 bytes behind `to`. */
export function scanLineFeeds(from: usize, to: usize): void {
  memory.fill(to, 0, 64)
  let quoted: u64 = 0
  let unquotedCount: u64 = 0
  let quotedCount: u64 = 0
  for (let at = from; at < to; at += 64) {
    const first = v128.load(at)
    const second = v128.load(at, 16)
    const third = v128.load(at, 32)
    const fourth = v128.load(at, 48)
    const lineFeeds = places(first, second, third, fourth, LINE_FEED)
    // Each bit becomes the parity of the quotes up to it
    let inside = places(first, second, third, fourth, QUOTE)
    inside ^= inside << 1
    inside ^= inside << 2
    inside ^= inside << 4
    inside ^= inside << 8
    inside ^= inside << 16
    inside ^= inside << 32
    inside ^= quoted
    quoted = <u64>((<i64>inside) >> 63)
    unquotedCount += popcnt(lineFeeds & ~inside)
    quotedCount += popcnt(lineFeeds & inside)
  }
  unquotedLineFeeds = <i32>unquotedCount
  quotedLineFeeds = <i32>quotedCount
  opensQuote = <i32>(quoted & 1)
}

function places(first: v128, second: v128, third: v128, fourth: v128, byte: v128): u64 {
  return (
    (<u64>i8x16.bitmask(i8x16.eq(first, byte))) |
    ((<u64>i8x16.bitmask(i8x16.eq(second, byte))) << 16) |
    ((<u64>i8x16.bitmask(i8x16.eq(third, byte))) << 32) |
    ((<u64>i8x16.bitmask(i8x16.eq(fourth, byte))) << 48)
  )
}

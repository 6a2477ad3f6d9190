const UNITS = ['kB', 'MB', 'GB', 'TB'] as const

/** `9.5 MB`: decimal units, as storage is sold. */
export function sizeWords(sizeBytes: number): string {
  if (sizeBytes < 1000) return `${sizeBytes} B`
  let value = sizeBytes / 1000
  let unit: string = UNITS[0]
  for (const next of UNITS.slice(1)) {
    if (value < 999.95) break
    value /= 1000
    unit = next
  }
  return `${value.toFixed(1)} ${unit}`
}

/** `120,345` */
export function countWords(count: number): string {
  return count.toLocaleString('en-US')
}

/** `1 row`, `2 rows` */
export function countOf(count: number, noun: string): string {
  return `${countWords(count)} ${noun}${count === 1 ? '' : 's'}`
}

import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { formatRecord } from '@datahub/core/bucket/csv'

const WORDS =
  'wireless portable ergonomic stainless kitchen organizer premium "Pro" bambú café adjustable rechargeable für Küche bottle travel case cover holder stand'.split(
    ' ',
  )
const HEADER =
  'date,marketplace,asin,brand,category,title,price,rating,reviews,impressions,clicks,orders,spend,sales,updated_at\n'
const PIECE_BYTES = 1024 * 1024

/** Writes a report on advertised products, about 250 bytes a row, the same on every machine. */
export async function writeSampleCsv(path: string, sizeBytes: number): Promise<void> {
  await pipeline(function* () {
    const random = seeded(161)
    let written = 0
    let piece = HEADER
    for (let row = 0; written < sizeBytes; row += 1) {
      piece += sampleRow(row, random)
      if (piece.length < PIECE_BYTES) continue
      const bytes = Buffer.from(piece)
      written += bytes.length
      piece = ''
      yield bytes
    }
  }, createWriteStream(path))
}

function sampleRow(row: number, random: (below: number) => number): string {
  const title = Array.from({ length: 8 + random(12) }, () => WORDS[random(WORDS.length)]).join(random(3) ? ' ' : ', ')
  return formatRecord([
    `2025-08-${String(1 + (row % 28)).padStart(2, '0')}`,
    ['US', 'DE', 'FR', 'JP', 'UK'][random(5)] ?? null,
    `B0${random(60_000).toString(36).toUpperCase().padStart(8, '0')}`,
    `Brand ${random(500)}`,
    `Category ${random(300)}`,
    title,
    (random(20_000) / 100).toFixed(2),
    (random(50) / 10).toFixed(1),
    String(random(90_000)),
    String(random(100_000)),
    String(random(2_000)),
    String(random(90)),
    (random(1e7) / 1e4).toFixed(4),
    random(4) ? (random(1e8) / 1e4).toFixed(4) : null,
    `2025-08-26 0${random(9)}:${10 + random(49)}:${10 + random(49)}`,
  ])
}

/** A linear congruential generator: whole numbers below the bound. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

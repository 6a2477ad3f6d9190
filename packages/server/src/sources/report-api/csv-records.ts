import { pipeline, Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { DataHubError } from '@datahub/core/error/data-hub-error'

const BATCH = 500

/**
 * The records of a CSV text with a header, in batches, each a list of values in the order of `names`; an empty field is
 * NULL. `onHeader`: all names that the CSV has. Throws `source.answer_unreadable` where the header lacks a name, `source.download_failed` for a broken text.
 */
export async function* csvRecords(
  bytes: AsyncIterable<Uint8Array>,
  names: readonly string[],
  doing: string,
  onHeader: (names: readonly string[]) => void,
): AsyncGenerator<(string | null)[][]> {
  // Whoever reads sees its end: an error travels along and comes out of the loop
  const records = pipeline(Readable.from(bytes, { objectMode: false }), parse({ bom: true }), () => {})
  let places: number[] | undefined
  let batch: (string | null)[][] = []
  try {
    for await (const record of records as AsyncIterable<string[]>) {
      if (!places) {
        places = placesIn(record, names, doing)
        onHeader(record)
        continue
      }
      batch.push(places.map((place) => record[place] || null))
      if (batch.length < BATCH) continue
      yield batch
      batch = []
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new DataHubError('source.download_failed', doing, { facts: { error: error.code } })
  } finally {
    records.destroy()
  }
  if (!places) throw new DataHubError('source.download_failed', doing, { hint: 'The CSV has not even a header.' })
  if (batch.length > 0) yield batch
}

function placesIn(header: readonly string[], names: readonly string[], doing: string): number[] {
  const missing = names.filter((name) => !header.includes(name))
  if (missing.length === 0) return names.map((name) => header.indexOf(name))
  throw new DataHubError('source.answer_unreadable', doing, {
    hint: `The CSV has no column ${missing.slice(0, 5).join(', ')}: correct "from" of these columns.`,
  })
}

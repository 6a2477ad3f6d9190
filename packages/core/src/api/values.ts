import { z } from 'zod'

/** Values that several routes take or answer with. */

/** The numbers of the sync log. */
export const Id = z.number().int().positive()

/** ISO 8601 in UTC. */
export const Instant = z.iso.datetime()

/** ISO 8601 with its offset. */
export const Bound = z.iso.datetime({ offset: true })

export const Count = z.number().int().nonnegative()

/** Half-open, with the zone it was cut in and its bounds as that zone's clock shows them. */
export const DataRangeView = z.object({ from: Bound, to: Bound, timeZone: z.string() }).meta({ id: 'DataRange' })

export const PathId = z.coerce.number().int().positive()

export const Nothing = z.object({})

/** One value, several between commas, or a list: `?status=5,7`. */
export function several<Item extends z.ZodType>(item: Item) {
  const fromText = z
    .string()
    .transform((text) => text.split(',').filter(Boolean) as z.input<Item>[])
    .pipe(z.array(item))
  return z.union([z.array(item), fromText])
}

/** Where a page begins: what `next` or `previous` of another page said. */
export const Cursor = z.string().max(500)

export const Limit = z.coerce.number().int().min(1).max(1000)

/** A part of a list. `next` and `previous` are cursors; null: there is no more in that direction. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable(), previous: z.string().nullable() })
}

import { z } from 'zod'

const Condition = z.enum(['honoured', 'ignored', 'refused'])

/**
 * What a storage was seen to do with the rights that we have there. Found by the connection test, kept with the
 * destination, and what decides how deliveries write.
 */
export const Capabilities = z
  .object({
    conditions: Condition.meta({ description: 'If-None-Match on a whole object; without it one writer at a time' }),
    joinConditions: Condition.meta({ description: 'The same when the parts of an upload are joined' }),
    abort: z.enum(['allowed', 'denied']).meta({ description: 'Whether parts of failed uploads can be removed' }),
    checksums: z.enum(['accepted', 'refused']).meta({ description: 'Checksum headers with every write' }),
    acl: z
      .enum(['left out', 'needed', 'refused'])
      .meta({ description: 'Whether writes must, or must not, carry bucket-owner-full-control' }),
    reading: z.enum(['allowed', 'denied']).meta({ description: 'Whether what was written may be read' }),
    listing: z.enum(['allowed', 'denied']).meta({ description: 'Whether a missing key answers 404 rather than 403' }),
    foundAt: z.iso.datetime(),
  })
  .meta({ id: 'Capabilities' })

export type Capabilities = z.output<typeof Capabilities>

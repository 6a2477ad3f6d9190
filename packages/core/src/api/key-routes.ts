import { oc } from '@orpc/contract'
import { z } from 'zod'

export const KeyView = z
  .object({
    id: z.string().meta({ description: 'Tells keys apart, and nothing of the key' }),
    use: z.enum(['seals', 'opens', 'missing']).meta({
      description:
        'seals: the key in use; opens: an old one that is still held; missing: one that the hub does not have',
    }),
    secrets: z.number().int().nonnegative().meta({ description: 'How many stored secrets are sealed with it' }),
  })
  .meta({ id: 'Key' })

export const KeyList = z.array(KeyView)

/** The routes of the keys that seal secrets. */
export const keyRoutes = {
  list: oc
    .route({ method: 'GET', path: '/keys', tags: ['keys'], summary: 'Which keys have sealed the stored secrets' })
    .output(KeyList),
  rotate: oc
    .route({
      method: 'POST',
      path: '/keys/rotate',
      tags: ['keys'],
      summary: 'Seal all stored secrets with a new key; deliveries go on',
    })
    .output(KeyList),
}

export type KeyView = z.output<typeof KeyView>
export type KeyList = z.output<typeof KeyList>

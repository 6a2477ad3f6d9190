import { z } from 'zod'

/** Names for people: destinations, tasks and channels. */
export const FreeName = z
  .string()
  .min(1, 'must not be empty')
  .max(100, 'must not be longer than 100 characters')
  .regex(/^[^\p{C}]+$/u, 'must not hold control characters')
  .refine((name) => name.trim() === name, { error: 'must not begin or end with a space' })
  .refine((name) => !/^\d+$/.test(name), { error: 'must not be a number only: it could be taken for an id' })

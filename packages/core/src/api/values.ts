import { z } from 'zod'

/** Values that several routes take or answer with. */

export const PathId = z.coerce.number().int().positive()

export const Nothing = z.object({})

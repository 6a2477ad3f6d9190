import { z } from 'zod'
import { Secret } from './secret.ts'

/** A field of a connector's settings that is sealed at rest and never given back: a string on the way in, a Secret inside. */
export function secretField(description: string) {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(4096)
    .transform((value) => new Secret(value))
    .meta({ description, writeOnly: true })
}

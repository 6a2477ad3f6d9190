import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout's folder: absolute, symbolic links resolved by Node already. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

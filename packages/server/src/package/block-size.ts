// Constants only: the compressor in ../../wasm reads this file, too.

/** How far back deflate may point, and so how much of the previous block primes the next one. */
export const DICTIONARY_BYTES = 32 * 1024

/** Data in a block. Fixed, because where the blocks are cut decides the compressed bytes. */
export const BLOCK_BYTES = 1024 * 1024

/** The memory of a block: the dictionary, then the data. The compressed bytes come back at its start. */
export const BLOCK_MEMORY_BYTES = DICTIONARY_BYTES + BLOCK_BYTES

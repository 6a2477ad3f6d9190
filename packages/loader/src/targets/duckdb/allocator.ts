/**
 * Has DuckDB's allocator, jemalloc, give back what is freed at once: it would keep 10 MB for a while, and some more for each
 * thread that it was freed in. It reads this when the library is loaded, and never again: so this comes before.
 */
export function keepNothingFreed(): void {
  process.env.DUCKDB_JE_MALLOC_CONF ??= 'dirty_decay_ms:0,muzzy_decay_ms:0'
}

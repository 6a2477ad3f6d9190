/** Waits for it, but no longer than so. */
export async function withinMs(timeoutMs: number, done: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, timeoutMs)
  await Promise.race([done, promise])
  clearTimeout(timer)
}

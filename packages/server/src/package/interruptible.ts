/**
 * The same items, but a wait for the next one ends when the signal does, by throwing its reason: a source that hangs
 * must not hang its reader. Leaving early tells the source so.
 */
export async function* interruptible<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, void> {
  signal.throwIfAborted()
  let interrupt: (reason: unknown) => void = () => {}
  const onAbort = (): void => interrupt(signal.reason)
  // Not Promise.race against one promise of the signal: that would remember every item until the end.
  const unlessAborted = <R>(wait: Promise<R>): Promise<R> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      interrupt = reject
      wait.then(resolve, reject)
    })

  const iterator = items[Symbol.asyncIterator]()
  let ended = false
  signal.addEventListener('abort', onAbort)
  try {
    for (;;) {
      const next = await unlessAborted(
        iterator.next().catch((error: unknown) => {
          ended = true
          throw error
        }),
      )
      if (next.done) {
        ended = true
        return
      }
      yield next.value
    }
  } finally {
    if (!ended) await unlessAborted(Promise.resolve(iterator.return?.())).catch(() => {})
    signal.removeEventListener('abort', onAbort)
  }
}

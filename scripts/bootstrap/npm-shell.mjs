/**
 * Calls `end` once when npm was told to end while we run under it. npm passes a signal on to the shell it runs scripts
 * and commands with, and that shell dies of it without telling us; all we can see is that our parent is another.
 */
export function whenNpmEnds(end) {
  if (process.env.npm_lifecycle_event === undefined) return
  const shell = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(watch)
    end()
  }, 200)
  watch.unref()
}

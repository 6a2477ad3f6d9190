/** The known names that somebody may have meant, nearest first, at most three. Letter case does not count. */
export function nearNames(wanted: string, known: readonly string[]): string[] {
  const limit = Math.max(1, Math.floor(wanted.length / 3))
  return known
    .map((name) => ({ name, distance: distanceOf(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => (distance <= limit && distance < wanted.length) || alike(wanted, name))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name)
}

/** What to say to somebody who used a name that is not there. */
export function cureFor(wanted: string, known: readonly string[]): string {
  const near = nearNames(wanted, known)
  if (near.length > 0) return `Did you mean ${near.join(' or ')}?`
  const shown = known.slice(0, 10)
  if (shown.length === 0) return 'There is nothing of that kind; check the name.'
  return `There is ${shown.join(', ')}${known.length > shown.length ? ' and more' : ''}.`
}

function alike(wanted: string, name: string): boolean {
  return wanted.length >= 4 && (name.includes(wanted) || (name.length >= 4 && wanted.includes(name)))
}

/** Levenshtein's distance, one row at a time. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

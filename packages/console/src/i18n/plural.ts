const grouped = new Intl.NumberFormat('en')

/** `plural(1, 'day')` → "1 day", `plural(1200, 'day')` → "1,200 days". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped.format(count)} ${count === 1 ? one : many}`
}

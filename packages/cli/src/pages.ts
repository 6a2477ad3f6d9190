/** All of a list, page by page. */
export async function everyPage<Item>(
  read: (cursor: { cursor?: string }) => Promise<{ items: Item[]; next: string | null }>,
): Promise<Item[]> {
  const all: Item[] = []
  for (let next: string | null | undefined; next !== null;) {
    const page: { items: Item[]; next: string | null } = await read(next === undefined ? {} : { cursor: next })
    all.push(...page.items)
    next = page.next
  }
  return all
}

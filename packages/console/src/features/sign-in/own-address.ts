const NOWHERE = 'http://nowhere.invalid'

/**
 * A page of the console, whatever a link says: nobody is led to another host by signing in here. Undefined for everything
 * else. Read as a browser reads it: it takes blanks out, and a backslash for a slash.
 */
export function ownAddress(address: string | undefined): string | undefined {
  if (!address?.startsWith('/') || !URL.canParse(address, NOWHERE)) return undefined
  const { origin, pathname, search, hash } = new URL(address, NOWHERE)
  // What climbs may have two slashes left at its beginning, and is read once more
  return origin === NOWHERE && !pathname.startsWith('//') ? pathname + search + hash : undefined
}

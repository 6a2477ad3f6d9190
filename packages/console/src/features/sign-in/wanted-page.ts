const KEY = 'datahub.wanted'

/** Whoever goes to an identity provider comes back to the home page: what they wanted waits in this tab. */
export function keepWantedPage(path: string | undefined): void {
  if (path === undefined) sessionStorage.removeItem(KEY)
  else sessionStorage.setItem(KEY, path)
}

/** Where they wanted to go, once. */
export function takeWantedPage(): string | undefined {
  const path = sessionStorage.getItem(KEY)
  sessionStorage.removeItem(KEY)
  return path ?? undefined
}

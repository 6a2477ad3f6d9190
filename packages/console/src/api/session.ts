/** The API token that this tab signed in with. It lives as long as the tab, and nobody else can read it. */

const KEY = 'datahub.token'

export const session = {
  token: (): string | null => sessionStorage.getItem(KEY),
  begin: (token: string): void => sessionStorage.setItem(KEY, token),
  end: (): void => sessionStorage.removeItem(KEY),
}

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { DataHubError, invalid } from '@datahub/core/error/data-hub-error'

const DEFAULT_PORT = '8420'
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

type Env = Readonly<Record<string, string | undefined>>

export interface Connection {
  /** Without a slash at its end; the API stands below it. */
  readonly url: string
  readonly token: string | undefined
  /** For messages: where the token came from, or where one was looked for. */
  readonly tokenOrigin: string
}

/**
 * Which hub, and with which token: `--url`, else DATAHUB_URL, else the port DATAHUB_PORT of this machine; DATAHUB_TOKEN,
 * else the file that `datahub serve` leaves in its data directory. A wrong URL is `request.invalid`, an unreadable token
 * file `auth.missing`.
 */
export async function findConnection(urlOption: string | undefined, env: Env, cwd: string): Promise<Connection> {
  const url = findUrl(urlOption, env)
  const given = env.DATAHUB_TOKEN?.trim()
  if (given) return { url, token: wellFormed(given, 'DATAHUB_TOKEN'), tokenOrigin: 'DATAHUB_TOKEN' }

  const file = path.resolve(cwd, env.DATAHUB_DATA_DIR || '.datahub', 'token')
  // The token of a local hub is not handed to a stranger's: another machine gets it only when its folder was named.
  if (!env.DATAHUB_DATA_DIR && !LOOPBACK.has(new URL(url).hostname)) {
    return { url, token: undefined, tokenOrigin: 'none: DATAHUB_TOKEN is not set' }
  }
  const token = await readToken(file)
  return { url, token, tokenOrigin: token ? file : `none: DATAHUB_TOKEN is not set and there is no ${file}` }
}

function findUrl(urlOption: string | undefined, env: Env): string {
  const [name, value] = urlOption
    ? ['--url', urlOption]
    : env.DATAHUB_URL
      ? ['DATAHUB_URL', env.DATAHUB_URL]
      : ['DATAHUB_PORT', `http://127.0.0.1:${env.DATAHUB_PORT || DEFAULT_PORT}`]
  const url = URL.parse(value)
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw invalid('find the hub', [
      {
        field: name,
        problem: 'is not an http or https address',
        cure: `Write it like http://127.0.0.1:${DEFAULT_PORT}.`,
      },
    ])
  }
  if (url.username || url.password || url.search || url.hash) {
    throw invalid('find the hub', [
      {
        field: name,
        problem: 'has a user, a query or a fragment in it',
        cure: 'Give the bare address; the token goes into DATAHUB_TOKEN.',
      },
    ])
  }
  return url.href.replace(/\/+$/, '')
}

async function readToken(file: string): Promise<string | undefined> {
  try {
    const token = (await readFile(file, 'utf8')).trim()
    return token === '' ? undefined : wellFormed(token, file)
  } catch (error) {
    if (error instanceof DataHubError) throw error
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return undefined
    throw new DataHubError('auth.missing', `read the token file ${file}`, {
      hint: 'Read it as the user who runs the hub, or set DATAHUB_TOKEN.',
      facts: { reason },
    })
  }
}

/** What cannot stand in a header is refused here: the complaint of the HTTP client would repeat the token. */
function wellFormed(token: string, origin: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new DataHubError('auth.refused', `use the token of ${origin}`, {
    hint: 'Copy it again: a token is one word of plain letters and digits.',
  })
}

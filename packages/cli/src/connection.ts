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
  if (env.DATAHUB_TOKEN) return { url, token: env.DATAHUB_TOKEN.trim(), tokenOrigin: 'DATAHUB_TOKEN' }

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
    return (await readFile(file, 'utf8')).trim() || undefined
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return undefined
    throw new DataHubError('auth.missing', `read the token file ${file}`, {
      hint: 'Read it as the user who runs the hub, or set DATAHUB_TOKEN.',
      facts: { reason },
    })
  }
}

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { WORKSPACE_NAME } from '@datahub/core/access/workspace-header'
import { DataHubError, invalid } from '@datahub/core/error/data-hub-error'

const DEFAULT_PORT = '8420'
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

type Env = Readonly<Record<string, string | undefined>>

/** What the options of the command line say; undefined: nothing. */
export interface Wanted {
  readonly url?: string | undefined
  /** Null: none, whatever the environment says. */
  readonly workspace?: string | null | undefined
}

export interface Connection {
  /** Without a slash at its end; the API stands below it. */
  readonly url: string
  /** The workspace by name; undefined: the token's own. */
  readonly workspace: string | undefined
  readonly token: string | undefined
  /** For messages: where the token came from, or where one was looked for. */
  readonly tokenOrigin: string
}

/**
 * Which hub, which workspace of it, and with which token: `--url`, else DATAHUB_URL, else the port DATAHUB_PORT of this
 * machine; `--workspace`, else DATAHUB_WORKSPACE, else the token's own; DATAHUB_TOKEN, else the file that `datahub serve`
 * leaves in its data directory. A wrong URL or name is `request.invalid`, an unreadable token file `auth.missing`.
 */
export async function findConnection(wanted: Wanted, env: Env, cwd: string): Promise<Connection> {
  const url = findUrl(wanted.url, env)
  const workspace = findWorkspace(wanted.workspace, env)
  return { url, workspace, ...(await findToken(url, env, cwd)) }
}

async function findToken(url: string, env: Env, cwd: string): Promise<Pick<Connection, 'token' | 'tokenOrigin'>> {
  const given = env.DATAHUB_TOKEN?.trim()
  if (given) return { token: wellFormed(given, 'DATAHUB_TOKEN'), tokenOrigin: 'DATAHUB_TOKEN' }

  const file = path.resolve(cwd, env.DATAHUB_DATA_DIR || '.datahub', 'token')
  // The token of a local hub is not handed to a stranger's: another machine gets it only when its folder was named.
  if (!env.DATAHUB_DATA_DIR && !LOOPBACK.has(new URL(url).hostname)) {
    return { token: undefined, tokenOrigin: 'none: DATAHUB_TOKEN is not set' }
  }
  const token = await readToken(file)
  return { token, tokenOrigin: token ? file : `none: DATAHUB_TOKEN is not set and there is no ${file}` }
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

/** Checked here, because it becomes a header: the complaint of the HTTP client would not say which setting is wrong. */
function findWorkspace(option: Wanted['workspace'], env: Env): string | undefined {
  if (option === null) return undefined
  const [field, name] = option === undefined ? ['DATAHUB_WORKSPACE', env.DATAHUB_WORKSPACE] : ['--workspace', option]
  if (name === undefined || (name === '' && option === undefined)) return undefined
  if (WORKSPACE_NAME.test(name)) return name
  throw invalid('find the workspace', [
    {
      field,
      problem: 'is no name of a workspace: lower-case letters, digits and hyphens',
      cure: '"datahub workspace list" shows those that you may enter.',
    },
  ])
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

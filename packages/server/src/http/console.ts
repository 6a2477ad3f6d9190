import { Hono, type Context } from 'hono'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

/** The built console: what is asked for by name from memory, and its one page for every other address. */

interface Asset {
  readonly type: string
  readonly content: Uint8Array<ArrayBuffer>
  readonly br: Uint8Array<ArrayBuffer> | undefined
  readonly gzip: Uint8Array<ArrayBuffer> | undefined
}

export type ConsoleAssets = ReadonlyMap<string, Asset>

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The hash is that of the one style element that React Aria adds. Scripts and requests go to this host only. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const IMMUTABLE = 'public, max-age=31536000, immutable'

/** Reads the console from the folder it was built into; undefined where there is none. */
export async function readConsole(folder: string): Promise<ConsoleAssets | undefined> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
  const read = async (path: string) => (paths.includes(path) ? new Uint8Array(await readFile(path)) : undefined)
  const assets = await Promise.all(
    paths.map(async (path): Promise<readonly (readonly [string, Asset])[]> => {
      const type = TYPES[extname(path)]
      const content = await read(path)
      if (type === undefined || content === undefined) return []
      const name = path.slice(folder.length).split(sep).join('/')
      return [[name, { type, content, br: await read(`${path}.br`), gzip: await read(`${path}.gz`) }]]
    }),
  )
  const found = new Map(assets.flat())
  return found.has('/index.html') ? found : undefined
}

/** Answers every GET that the API does not: an asset, or the page, which then reads the address itself. */
export function consoleRoutes(assets: ConsoleAssets): Hono {
  return new Hono().get('*', async (context, next) => {
    const path = context.req.path
    if (path.startsWith('/api/')) return next()
    const asset = assets.get(path)
    if (asset) return answer(context, asset, path.startsWith('/assets/') ? IMMUTABLE : 'no-cache')
    const page = assets.get('/index.html')
    // What looks like a file and is none must not be answered with a page: a browser would run it as a script
    return !page || extname(path) in TYPES ? next() : answer(context, page, 'no-store')
  })
}

function answer(context: Context, asset: Asset, cacheControl: string): Response {
  const { encoding, content } = negotiate(context.req.header('Accept-Encoding') ?? '', asset)
  return context.body(content, 200, {
    'Content-Type': asset.type,
    'Cache-Control': cacheControl,
    'Content-Security-Policy': POLICY,
    'Referrer-Policy': 'no-referrer',
    // Nothing here is for search engines, least of all the address of a setup link
    'X-Robots-Tag': 'noindex',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    // Heeded over https only, as the standard has it
    'Strict-Transport-Security': 'max-age=31536000',
    Vary: 'Accept-Encoding',
    ...(encoding ? { 'Content-Encoding': encoding } : {}),
  })
}

function negotiate(accepted: string, { br, gzip, content }: Asset): { encoding?: string; content: Asset['content'] } {
  if (br && /\bbr\b/.test(accepted)) return { encoding: 'br', content: br }
  if (gzip && /\bgzip\b/.test(accepted)) return { encoding: 'gzip', content: gzip }
  return { content }
}

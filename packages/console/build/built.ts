import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** Where the built console lies: `index.html`, and everything else under the name it is asked for. */
export const consoleFolder = resolve(import.meta.dirname, '../dist')

const home = resolve(import.meta.dirname, '..')
const api = resolve(home, '../core/src')
const stamp = join(consoleFolder, '.stamp')

/**
 * Builds the console when it is missing or older than its source; `tell` is given a sentence before. An installation
 * without the source has what it was built with.
 */
export async function buildConsole(tell: (sentence: string) => void): Promise<void> {
  if (!existsSync(join(home, 'src'))) return
  const wanted = await fingerprint()
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return
  tell('Building the console (a few seconds, after a change only) …')
  const folder = `${consoleFolder}.${process.pid}`
  try {
    await vite(folder)
    await writeFile(join(folder, '.stamp'), wanted)
    // Two processes may build at once: either result will do, and no reader sees half of one
    await rm(consoleFolder, { recursive: true, force: true })
    await rename(folder, consoleFolder).catch((error: unknown) => {
      if (!existsSync(stamp)) throw error
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function vite(folder: string): Promise<void> {
  const bin = resolve(home, '../../node_modules/vite/bin/vite.js')
  const words = ['build', home, '--configLoader', 'native', '--logLevel', 'warn', '--outDir', folder]
  // Whoever asks, such as a test: React is built as people get it
  const env = { ...process.env, NODE_ENV: 'production' }
  const child = spawn(process.execPath, [bin, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env })
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`The console cannot be built:\n${Buffer.concat(said).toString()}`)
}

/** Changes with any file that the build reads. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  for (const folder of [home, api]) {
    const files = await readdir(folder, { recursive: true, withFileTypes: true })
    const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
    for (const path of paths.filter((path) => !/[\\/](dist[.\d]*|node_modules)[\\/]/.test(path)).sort()) {
      hash.update(path.slice(folder.length)).update(await readFile(path))
    }
  }
  return hash.digest('hex')
}

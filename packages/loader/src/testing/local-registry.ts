import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/**
 * A registry that has what is installed in this checkout and nothing else, so that the real npm can install a package of
 * ours without the network, and finds missing what it does not declare.
 */
export async function startRegistry(root: string): Promise<AsyncDisposable & { readonly url: string }> {
  const folderOf = (name: string) => join(root, 'node_modules', name)
  const describe = async (name: string, host: string) => {
    const manifest = JSON.parse(await readFile(join(folderOf(name), 'package.json'), 'utf8')) as { version: string }
    const dist = { tarball: `http://${host}/${encodeURIComponent(name)}.tgz` }
    const versions = { [manifest.version]: { ...manifest, dist } }
    return JSON.stringify({ name, 'dist-tags': { latest: manifest.version }, versions })
  }
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1)
    const [, tarball] = /^(.*)\.tgz$/.exec(path) ?? []
    if (tarball !== undefined) {
      // The way npm packs: all of it below one folder
      const tar = spawn('tar', ['-cz', '--exclude=./node_modules', '--transform=s,^\\.,package,', '.'], {
        cwd: folderOf(tarball),
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      tar.stdout.pipe(response)
      return
    }
    describe(path, request.headers.host ?? '').then(
      (text) => response.end(text),
      () => response.writeHead(404).end('{}'),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

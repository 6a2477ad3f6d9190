import { parseManifest, type Manifest } from '@datahub/core/bucket/manifest'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { openPromise } from 'yauzl'

/** Holds every package of a bucket folder against its manifest, byte by byte, as a reader would; prints a line for each. */
export async function verifyBucket(bucket: string): Promise<boolean> {
  let sound = true
  for (const taskId of (await readdir(join(bucket, 'reports'))).sort()) {
    const folder = join(bucket, 'reports', taskId)
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('.manifest.json')).sort()) {
      const manifest = parseManifest(await readFile(join(folder, name), 'utf8'))
      const problems = await compare(join(bucket, manifest.package.key), manifest)
      const rows = manifest.reports.reduce((sum, report) => sum + report.rows, 0)
      const days = `${manifest.dataRange.from.slice(0, 10)} … ${manifest.dataRange.to.slice(0, 10)}`
      console.log(
        `  ${problems.length === 0 ? '✓' : '✗'} ${manifest.package.key}  ${rows.toLocaleString('en')} rows  [${days})  ${problems.join('; ')}`,
      )
      sound &&= problems.length === 0
    }
  }
  return sound
}

async function compare(path: string, manifest: Manifest): Promise<string[]> {
  const problems: string[] = []
  const whole = await sum(createReadStream(path))
  if (whole.sizeBytes !== manifest.package.sizeBytes) problems.push('its size differs')
  if (whole.sha256 !== manifest.package.sha256) problems.push('its SHA-256 differs')
  const found = new Map<string, { sha256: string; sizeBytes: number }>()
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false })
  for await (const entry of zip.eachEntry())
    found.set(entry.fileName, await sum(await zip.openReadStreamPromise(entry)))
  zip.close()
  for (const report of manifest.reports) {
    const file = found.get(report.fileName)
    if (file?.sha256 !== report.sha256 || file.sizeBytes !== report.sizeBytes)
      problems.push(`${report.fileName} differs`)
  }
  return problems
}

async function sum(stream: Readable): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk)
    sizeBytes += chunk.byteLength
  }
  return { sha256: hash.digest('hex'), sizeBytes }
}

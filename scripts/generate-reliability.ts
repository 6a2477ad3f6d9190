/** `node scripts/generate-reliability.ts`: writes docs/reliability.md from the names of the tests and the planted bugs. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { renderReliabilityPage } from './reliability/render-page.ts'

export const reliabilityPath = resolve(import.meta.dirname, '../docs/reliability.md')

export async function reliabilityPage(): Promise<string> {
  return format(renderReliabilityPage(), { ...(await resolveConfig(reliabilityPath)), parser: 'markdown' })
}

if (import.meta.main) await writeFile(reliabilityPath, await reliabilityPage())

#!/usr/bin/env node
// The `datahub` command. Plain JavaScript, because the Node that finds it may be too old for what it starts.
import { fileURLToPath } from 'node:url'

const main = new URL('../src/main.ts', import.meta.url)

if (Number(process.versions.node.split('.')[0]) >= 24) {
  if (process.argv[2] === 'serve') {
    const { limitYoungGeneration } = await import('../../../scripts/bootstrap/young-generation.mjs')
    limitYoungGeneration()
  }
  const { whenNpmEnds } = await import('../../../scripts/bootstrap/npm-shell.mjs')
  whenNpmEnds(() => process.kill(process.pid, 'SIGTERM'))
  const { useCodeCache } = await import('../../../scripts/bootstrap/code-cache.mjs')
  useCodeCache(await import('node:module'))
  await import(main.href)
} else {
  const { makeReady } = await import('../../../scripts/bootstrap.mjs')
  const { replaceWith } = await import('../../../scripts/bootstrap/child.mjs')
  const { report } = await import('../../../scripts/bootstrap/report.mjs')
  try {
    const { node, env } = await makeReady()
    await replaceWith(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], env)
  } catch (error) {
    report(error)
  }
}

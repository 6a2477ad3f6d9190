#!/usr/bin/env node
// The `datahub` command. Plain JavaScript, because the Node that finds it may be too old for what it starts.
import { fileURLToPath } from 'node:url'

const main = new URL('../src/main.ts', import.meta.url)

if (Number(process.versions.node.split('.')[0]) >= 24) {
  const { whenNpmEnds } = await import('../../../scripts/bootstrap/npm-shell.mjs')
  whenNpmEnds(() => process.kill(process.pid, 'SIGTERM'))
  await import(main.href)
} else {
  const { makeReady } = await import('../../../scripts/bootstrap.mjs')
  const { replaceWith } = await import('../../../scripts/bootstrap/child.mjs')
  const { report } = await import('../../../scripts/bootstrap/report.mjs')
  try {
    const { node, env } = await makeReady()
    await replaceWith(node, [fileURLToPath(main), ...process.argv.slice(2)], env)
  } catch (error) {
    report(error)
  }
}

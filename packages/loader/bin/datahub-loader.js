#!/usr/bin/env node
// The `datahub-loader` command. Plain JavaScript, because the Node that finds it may be too old for what it starts.
if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(new URL('../src/main.ts', import.meta.url).href)
} else {
  const { fileURLToPath } = await import('node:url')
  const { makeReady } = await import('../../../scripts/bootstrap.mjs')
  const { replaceWith } = await import('../../../scripts/bootstrap/child.mjs')
  const { report } = await import('../../../scripts/bootstrap/report.mjs')
  try {
    const { node, env } = await makeReady()
    await replaceWith(node, [fileURLToPath(new URL('../src/main.ts', import.meta.url)), ...process.argv.slice(2)], env)
  } catch (error) {
    report(error)
  }
}

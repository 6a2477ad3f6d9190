#!/usr/bin/env node
// The `datahub-loader` command. Plain JavaScript, because the Node that finds it may be too old for what it starts.
if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(new URL('../src/main.ts', import.meta.url).href)
} else {
  // Where the whole project is checked out, it brings a Node of its own.
  const bootstrap = await import('../../../scripts/bootstrap.mjs').catch(() => undefined)
  if (bootstrap) {
    const { fileURLToPath } = await import('node:url')
    const { replaceWith } = await import('../../../scripts/bootstrap/child.mjs')
    const { report } = await import('../../../scripts/bootstrap/report.mjs')
    try {
      const { node, env } = await bootstrap.makeReady()
      const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
      await replaceWith(node, [main, ...process.argv.slice(2)], env)
    } catch (error) {
      report(error)
    }
  } else {
    process.stderr.write(`Error: This is Node ${process.versions.node}.\nTry: Install Node 24 or newer.\n`)
    process.exitCode = 2
  }
}

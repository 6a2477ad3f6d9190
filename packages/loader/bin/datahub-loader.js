#!/usr/bin/env node
// The `datahub-loader` command. Plain JavaScript, because the Node that finds it may be too old for what it starts.
const [major, minor] = process.versions.node.split('.').map(Number)
const { existsSync } = await import('node:fs')
const source = new URL('../src/main.ts', import.meta.url)

if (!existsSync(source)) {
  // Installed from the registry.
  if (major > 22 || (major === 22 && minor >= 13)) {
    limitYoungGeneration()
    await import(new URL('../dist/main.js', import.meta.url).href)
  } else {
    process.stderr.write(`Error: This is Node ${process.versions.node}.\nTry: Install Node 22.13 or newer.\n`)
    process.exitCode = 2
  }
} else if (major >= 24) {
  limitYoungGeneration()
  await import(source.href)
} else {
  // The whole project is checked out: it brings a Node of its own, which reads TypeScript.
  const { makeReady } = await import('../../../scripts/bootstrap.mjs')
  const { fileURLToPath } = await import('node:url')
  const { replaceWith } = await import('../../../scripts/bootstrap/child.mjs')
  const { report } = await import('../../../scripts/bootstrap/report.mjs')
  try {
    const { node, env } = await makeReady()
    await replaceWith(node, [fileURLToPath(source), ...process.argv.slice(2)], env)
  } catch (error) {
    report(error)
  }
}

/**
 * Starts this process anew, in place, with less room for what is young: V8 would let it grow by 60 MB before it looks for
 * garbage there, over packages of which nothing is kept. Not where somebody has set it, nor where Node cannot (Windows, and
 * before 22.15).
 */
function limitYoungGeneration() {
  const { execPath, execArgv, argv, env } = process
  if (`${execArgv.join(' ')} ${env.NODE_OPTIONS ?? ''}`.includes('--max-semi-space-size')) return
  process.execve?.(execPath, [execPath, '--max-semi-space-size=4', ...execArgv, ...argv.slice(1)], env)
}

#!/usr/bin/env node
// Makes a checkout ready, and runs the project's scripts with the Node they need.
//
//   node scripts/bootstrap.mjs                       make ready
//   node scripts/bootstrap.mjs run <script> [args]   make ready, then run the script
//
// Plain JavaScript without dependencies: this has to work before anything is installed, on any Node from 20 on.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { replaceWith } from './bootstrap/child.mjs'
import { withCodeCache } from './bootstrap/code-cache.mjs'
import { dependenciesReady, installDependencies } from './bootstrap/dependencies.mjs'
import { cleanEnvironment, withPath } from './bootstrap/environment.mjs'
import { withLock } from './bootstrap/lock.mjs'
import { report, say } from './bootstrap/report.mjs'
import { root } from './bootstrap/root.mjs'
import { findToolchain, installToolchain } from './bootstrap/toolchain.mjs'

/**
 * Makes the checkout ready and tells with what to go on: `node`, the absolute path of a Node that can run the project,
 * and `env`, the environment in which `node` and `npm` are found as well.
 */
export async function makeReady() {
  const found = findToolchain()
  if (!found || !dependenciesReady()) await withLock(install)
  const toolchain = findToolchain()
  const env = withPath(cleanEnvironment(process.env), toolchain.binFolders)
  return { node: toolchain.node, env: withCodeCache(env) }
}

/** Installs what is missing; looked at again under the lock, since whoever held it before may have done the work. */
async function install(addHolder) {
  const startedAt = Date.now()
  const toolchain = findToolchain() ?? (await installToolchain(addHolder))
  if (dependenciesReady()) return
  await installDependencies(toolchain, addHolder)
  say(`Ready after ${Math.round((Date.now() - startedAt) / 1000)} s.`)
}

async function main([verb, script, ...args]) {
  if (verb === undefined) {
    await makeReady()
    say('The checkout is ready.')
  } else if (verb === 'run' && script !== undefined) {
    const { node, env } = await makeReady()
    await replaceWith(node, [resolve(root, script), ...args], env)
  } else {
    say('Usage: node scripts/bootstrap.mjs [run <script> [args…]]')
    process.exitCode = 2
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2)).catch(report)

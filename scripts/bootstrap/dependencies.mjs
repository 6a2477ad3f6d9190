import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { capture } from './child.mjs'
import { cleanEnvironment, withPath } from './environment.mjs'
import { BootstrapError, say } from './report.mjs'
import { root } from './root.mjs'

/** Holds the hash of the lock file that node_modules was installed from; absent while and unless that succeeded. */
const stampPath = join(root, 'node_modules/.datahub-stamp')

/** Whether node_modules holds all of the present package-lock.json. */
export function dependenciesReady() {
  try {
    return readFileSync(stampPath, 'utf8').trim() === lockHash()
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  }
}

/** Installs what package-lock.json says, with the npm of the toolchain: an older one drops packages silently. */
export async function installDependencies(toolchain, onStart) {
  say('Installing packages (npm ci) …')
  rmSync(stampPath, { force: true })
  const [command, ...words] = toolchain.npm
  const env = { ...withPath(cleanEnvironment(process.env), toolchain.binFolders), ...(await machineSettings()) }
  await capture(command, [...words, ...ciArgs], { cwd: root, env, onStart }, (output, code) => {
    return new BootstrapError(
      code === 'ENOENT' ? 'npm was not found.' : 'npm ci failed; what it said is above.',
      'check that `npm ping` reaches your registry (proxy, .npmrc) and that the disk has 1 GB left, then run this again.',
      output,
    )
  })
  mkdirSync(dirname(stampPath), { recursive: true })
  writeFileSync(stampPath, `${lockHash()}\n`)
}

/** Said in full, so that nothing in anybody's .npmrc or NODE_ENV=production changes what a ready checkout is. */
const ciArgs = ['ci', '--include=prod', '--include=dev', '--include=optional', '--include=peer', '--ignore-scripts']
ciArgs.push('--no-global', '--no-dry-run', '--package-lock', '--no-package-lock-only', '--install-strategy=hoisted')
ciArgs.push('--no-audit', '--no-fund', '--no-progress', '--loglevel=error')

/** npm looks for machine-wide settings beside the Node it runs on, so the toolchain's would miss the machine's own. */
async function machineSettings() {
  const ask = ['config', 'get', 'globalconfig', '--no-global', '--loglevel=silent']
  const asked = await capture(
    'npm',
    ask,
    { cwd: root, env: cleanEnvironment(process.env) },
    (output) => new Error(output),
  ).catch(() => '')
  const path = asked.trim()
  return path === '' || path === 'undefined' ? {} : { npm_config_globalconfig: path }
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { capture } from './child.mjs'
import { cleanEnvironment, withPath } from './environment.mjs'
import { BootstrapError, say } from './report.mjs'
import { root } from './root.mjs'

const oldestMajor = 24
const nodeVersion = '24.21.0'
const npmVersion = '11.21.2'
/** The platforms for which npm has this Node as a package; elsewhere the user installs it. */
const platforms = ['linux-x64', 'linux-arm64']

const platform = `${process.platform}-${process.arch}`
const folder = join(root, '.toolchain')
const nodePackage = `node-${platform}`

/**
 * The Node and npm to go on with, or undefined when they have to be installed first. `node` is a path, `npm` the words
 * of a command, `binFolders` what to put first on the PATH. A Node that is new enough is used as it is.
 */
export function findToolchain() {
  if (Number(process.versions.node.split('.')[0]) >= oldestMajor) {
    return { node: process.execPath, npm: ['npm'], binFolders: [dirname(process.execPath)] }
  }
  const installed = toolchainIn(join(folder, 'node_modules'))
  const complete = isVersion(installed.packages.node, nodeVersion) && isVersion(installed.packages.npm, npmVersion)
  return complete && existsSync(installed.node) ? installed : undefined
}

/** Installs Node and npm beside the project. They appear under their final name only when they are known to run. */
export async function installToolchain(onStart) {
  say(`Data Hub needs Node ${oldestMajor}; this is Node ${process.versions.node}.`)
  if (!platforms.includes(platform)) {
    throw new BootstrapError(
      `There is no ready-made Node ${oldestMajor} for ${platform}.`,
      `install Node ${oldestMajor} or later from https://nodejs.org and run this again with it.`,
    )
  }
  say(`Fetching Node ${nodeVersion} and npm ${npmVersion} into .toolchain/ (once, about 50 MB) …`)
  const staging = join(folder, 'staging')
  rmSync(staging, { recursive: true, force: true })
  mkdirSync(staging, { recursive: true })
  await fetchInto(staging, onStart)
  const staged = toolchainIn(join(staging, 'node_modules'))
  await capture(staged.node, ['--version'], {}, (output) => {
    return new BootstrapError(
      `The Node ${nodeVersion} from npm does not run on this machine.`,
      `install Node ${oldestMajor} or later from https://nodejs.org (or your distribution) and run this again with it.`,
      output,
    )
  })
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true })
  renameSync(join(staging, 'node_modules'), join(folder, 'node_modules'))
  rmSync(staging, { recursive: true, force: true })
  return findToolchain()
}

async function fetchInto(staging, onStart) {
  const args = ['install', '--prefix', staging, '--no-save', '--no-global', '--no-dry-run', '--ignore-scripts']
  args.push('--no-package-lock', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error', '--include=prod')
  args.push(`${nodePackage}@${nodeVersion}`, `npm@${npmVersion}`)
  const env = withPath(cleanEnvironment(process.env), [dirname(process.execPath)])
  await capture('npm', args, { env, cwd: staging, onStart }, (output, code) => {
    if (code === 'ENOENT') {
      return new BootstrapError('npm was not found.', 'install Node.js together with npm, then run this again.')
    }
    return new BootstrapError(
      `npm could not fetch ${nodePackage}@${nodeVersion}.`,
      'check that `npm ping` reaches your registry (proxy, .npmrc) and run this again;\n' +
        `       or install Node ${oldestMajor} or later from https://nodejs.org, and nothing has to be fetched.`,
      output,
    )
  })
}

function toolchainIn(modules) {
  const bin = join(modules, nodePackage, 'bin')
  const node = join(bin, 'node')
  return {
    node,
    npm: [node, join(modules, 'npm/bin/npm-cli.js')],
    binFolders: [bin, join(modules, '.bin')],
    packages: { node: join(modules, nodePackage), npm: join(modules, 'npm') },
  }
}

function isVersion(packageFolder, version) {
  try {
    return JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version === version
  } catch {
    return false
  }
}

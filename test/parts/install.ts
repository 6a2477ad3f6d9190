import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findPart, type Parts } from './endpoints.ts'
import { mariaDbServer } from './mariadb.ts'
import { postgreSqlPrograms } from './postgresql.ts'

/** The Python that reads what was delivered. Debian's own, because the first on the PATH may be one without pandas. */
export const python = process.env['DATAHUB_TEST_PYTHON'] ?? '/usr/bin/python3'

/** The browser that the console is tested in. */
export const chromium = process.env['DATAHUB_TEST_CHROMIUM'] ?? '/usr/bin/chromium'

export interface Program {
  /** As it is called in a sentence. */
  name: string
  debianPackage: string
  isThere(): boolean
  /** The part it serves, when it is not needed with that part given by the environment. */
  part?: keyof Parts
}

const programs: readonly Program[] = [
  { name: 'radosgw', debianPackage: 'radosgw', isThere: () => onPath('radosgw'), part: 's3' },
  { name: 'ceph-mon', debianPackage: 'ceph-mon', isThere: () => onPath('ceph-mon', 'monmaptool'), part: 's3' },
  { name: 'ceph-osd', debianPackage: 'ceph-osd', isThere: () => onPath('ceph-osd'), part: 's3' },
  { name: 'ceph', debianPackage: 'ceph-common', isThere: () => onPath('ceph'), part: 's3' },
  {
    name: 'a PostgreSQL server',
    debianPackage: 'postgresql',
    isThere: () => postgreSqlPrograms() !== undefined,
    part: 'database',
  },
  {
    name: 'a MariaDB server',
    debianPackage: 'mariadb-server',
    isThere: () => mariaDbServer() !== undefined && onPath('mariadb', 'mariadb-install-db'),
    part: 'mariadb',
  },
  { name: 'boto3 for Python', debianPackage: 'python3-boto3', isThere: () => hasPythonModule('boto3') },
  { name: 'pandas for Python', debianPackage: 'python3-pandas', isThere: () => hasPythonModule('pandas') },
  // What pandas writes to PostgreSQL with, in the benchmark.
  { name: 'SQLAlchemy for Python', debianPackage: 'python3-sqlalchemy', isThere: () => hasPythonModule('sqlalchemy') },
  { name: 'psycopg2 for Python', debianPackage: 'python3-psycopg2', isThere: () => hasPythonModule('psycopg2') },
  { name: 'Chromium', debianPackage: 'chromium', isThere: () => existsSync(chromium) },
  // What the page is read in: Chinese, and the letters of the screenshots
  {
    name: 'Chinese fonts',
    debianPackage: 'fonts-noto-cjk',
    isThere: () => existsSync('/usr/share/doc/fonts-noto-cjk'),
  },
  { name: 'the font Inter', debianPackage: 'fonts-inter', isThere: () => existsSync('/usr/share/doc/fonts-inter') },
  { name: 'zip', debianPackage: 'zip', isThere: () => onPath('zip') },
  { name: 'unzip', debianPackage: 'unzip', isThere: () => onPath('unzip') },
  { name: '7z', debianPackage: 'p7zip-full', isThere: () => onPath('7z') },
  { name: 'a Java compiler', debianPackage: 'default-jdk-headless', isThere: () => onPath('java', 'javac') },
]

/** What has to be installed before the tests can run, in words that say how; thrown when we cannot do it ourselves. */
export class MissingPrograms extends Error {}

/**
 * Makes sure that every program is there that the tests call: on Debian as root by installing what is missing, anywhere
 * else by throwing `MissingPrograms`. `more` are programs that only the caller needs; `tell` is given a sentence before something that takes a while.
 */
export function installPrograms(
  env: NodeJS.ProcessEnv,
  tell: (sentence: string) => void,
  more: readonly Program[] = [],
): void {
  const missing = [...programs, ...more].filter(({ part, isThere }) => !(part && findPart(part, env)) && !isThere())
  if (missing.length === 0) return
  if (!isDebian() || process.getuid?.() !== 0) throw new MissingPrograms(remedy(missing))
  const packages = missing.map(({ debianPackage }) => debianPackage)
  tell(`Installing ${packages.join(', ')} with apt-get (a minute or two, once) …`)
  aptGet('update', '-q')
  // Debian's postgresql package may start a server of its own on port 5432; the tests neither need nor touch it.
  aptGet('install', '-q', '-y', '--no-install-recommends', ...packages)
  const stillMissing = missing.filter(({ isThere }) => !isThere())
  if (stillMissing.length > 0) throw new MissingPrograms(remedy(stillMissing))
}

function remedy(missing: readonly Program[]): string {
  const names = missing.map(({ name }) => name).join(', ')
  const packages = missing.map(({ debianPackage }) => debianPackage).join(' ')
  const parts = [...new Set(missing.flatMap(({ part }) => part ?? []))]
  const lines = [`The tests run against real programs, and of these are missing: ${names}.`]
  lines.push(`On Debian or Ubuntu:  sudo apt-get install --no-install-recommends ${packages}`)
  if (parts.length > 0) {
    lines.push(`Or name endpoints of your own for: ${parts.join(', ')}. test/parts/endpoints.ts lists the variables.`)
  }
  return lines.join('\n')
}

function aptGet(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, error, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status === 0) return
  const output = `${stdout}\n${stderr}`.trimEnd().split('\n').slice(-15).join('\n')
  throw new MissingPrograms(`apt-get ${args[0]} failed${error ? ` (${error.message})` : ''}:\n${output}`)
}

function isDebian(): boolean {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return /^ID(_LIKE)?=.*\bdebian\b/m.test(release) && onPath('apt-get')
}

export function onPath(...names: string[]): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return names.every((name) => folders.some((folder) => isExecutable(join(folder, name))))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function hasPythonModule(name: string): boolean {
  const question = `import importlib.util, sys; sys.exit(importlib.util.find_spec('${name}') is None)`
  return spawnSync(python, ['-c', question]).status === 0
}

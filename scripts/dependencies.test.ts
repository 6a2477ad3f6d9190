import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findLoose, findScripts, findUnsealed, type Locked, type Manifest } from './dependencies/judge-dependencies.ts'

const root = resolve(import.meta.dirname, '..')
const folders = ['.', ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)]
const manifests = folders.map((folder): Manifest => ({
  ...(JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Omit<Manifest, 'folder'>),
  folder,
}))
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Locked }

describe('R40: a dependency', () => {
  it('has an exact version', () => {
    expect(findLoose(manifests)).toEqual([])
  })

  it('is in the lock file with what its bytes hash to', () => {
    expect(findUnsealed(packages)).toEqual([])
    expect(Object.keys(packages).length).toBeGreaterThan(50)
  })

  it('runs no script when it is installed', () => {
    expect(readFileSync(join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts\s*=\s*true$/m)
    expect(findScripts(packages, manifests)).toEqual([])
  })

  it.each(['^1.2.3', '~1.2.3', '1.2', '1.x', '*', 'latest', '>=1.2.3', 'git+https://a.test/b.git', 'file:../b', ''])(
    'of version "%s" fails CI',
    (version) => {
      for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies'])
        expect(findLoose([{ folder: 'packages/one', [kind]: { some: version } }])).toEqual([
          `packages/one: some ${version}`,
        ])
      expect(findLoose([{ folder: '.', dependencies: { some: '1.2.3', other: '1.2.3-beta.4' } }])).toEqual([])
    },
  )

  it('without a hash, with a weak one, or with a script fails CI', () => {
    const integrity = 'sha512-AAAA'
    const locked: Locked = {
      '': {},
      'node_modules/good': { integrity },
      'node_modules/ours': { link: true },
      'node_modules/bare': {},
      'node_modules/weak': { integrity: 'sha1-AAAA' },
      'packages/one/node_modules/busy': { integrity, hasInstallScript: true },
    }
    expect(findUnsealed(locked)).toEqual(['node_modules/bare', 'node_modules/weak'])
    const own = ['preinstall', 'install', 'postinstall', 'prepare'].map((script) => ({
      folder: script,
      scripts: { [script]: 'node x.js' },
    }))
    expect(findScripts(locked, [...own, { folder: 'quiet', scripts: { build: 'node x.js' } }])).toEqual([
      'packages/one/node_modules/busy',
      ...own.map(({ folder }) => folder),
    ])
  })
})

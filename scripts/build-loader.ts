/**
 * `npm run build`: the loader as it is published, in packages/loader/dist: JavaScript with types, because Node strips
 * none below node_modules. The few files of core that it needs are put beside it, so that nothing else of ours, and
 * nothing that only the hub needs, is installed with it.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const loader = join(root, 'packages/loader')
const dist = join(loader, 'dist')
const OURS = /(["'])@datahub\/core\/([a-z/-]+)\1/g

rmSync(dist, { recursive: true, force: true })
emit(join(loader, 'tsconfig.build.json'))
emitCore()
for (const file of emitted()) {
  const text = readFileSync(file, 'utf8')
  const bundled = text.replace(OURS, (_, quote: string, module: string) => `${quote}${toCore(file, module)}${quote}`)
  if (bundled !== text) writeFileSync(file, bundled)
}

/** The modules of core that are imported, and what they import. */
function emitCore(): void {
  const modules = new Set(
    emitted().flatMap((file) => [...readFileSync(file, 'utf8').matchAll(OURS)].map(([, , module = '']) => module)),
  )
  const core = join(root, 'packages/core/src')
  const config = join(dist, 'tsconfig.json')
  const files = [...modules].map((module) => join(core, `${module}.ts`))
  const compilerOptions = { rootDir: core, outDir: join(dist, 'core'), types: ['node'] }
  writeFileSync(config, JSON.stringify({ extends: '../tsconfig.build.json', compilerOptions, files }))
  emit(config)
  rmSync(config)
}

function emit(config: string): void {
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', config], { stdio: 'inherit' })
}

function emitted(): string[] {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  return files.filter((file) => /\.(js|d\.ts)$/.test(file)).map((file) => join(dist, file))
}

function toCore(from: string, module: string): string {
  const path = relative(dirname(from), join(dist, 'core', `${module}.js`))
  return path.startsWith('.') ? path : `./${path}`
}

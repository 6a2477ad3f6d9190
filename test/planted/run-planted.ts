import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createVitest, type TestCase, type TestModule, type TestSpecification, type Vitest } from 'vitest/node'
import type { Plugin } from 'vitest/config'
import { contractRoutes } from '../../packages/console/build/contract-routes.ts'
import { plant, root, type PlantedBug } from './planted-bug.ts'

export interface Verdict {
  readonly bug: PlantedBug
  /** Why the bug counts as not found; undefined: its test found it, and passes without it. */
  readonly problem: string | undefined
  readonly seconds: number
}

/** The projects of the tests as they are, which have to pass. */
const SOUND = 'without'
const SOUND_BY_VITE = 'without, by Vite'
/** Most of these tests wait for something: two of them leave half of two cores idle. */
const WORKERS = 3
const TEST_TIMEOUT_MS = 40_000
/** What is polled for never comes in some of the tests with a bug: they fail then, rather than run out of time. */
const POLL_TIMEOUT_MS = 10_000

/**
 * Runs the test of every bug twice, in one start of vitest: as the code is, and with the bug in it. A bug is planted
 * while its module is loaded, so no file changes on disk, and nothing has to be restored whatever happens. `afterTests`:
 * all tests have just passed as the code is, and are run with the bugs only.
 */
export async function runPlanted(
  bugs: readonly PlantedBug[],
  afterTests: boolean,
  tell: (verdict: Verdict) => void,
): Promise<Verdict[]> {
  const folder = mkdtempSync(join(tmpdir(), 'datahub-planted-'))
  const markOf = ({ id }: PlantedBug) => join(folder, `${id}.loaded`)
  const watcher = new Outcomes()
  const vitest = await createVitest('test', {
    config: false,
    root,
    watch: false,
    pool: 'forks',
    maxWorkers: WORKERS,
    reporters: [watcher],
    fsModuleCache: false,
    projects: [
      withOptions(SOUND, loadedByNode({})),
      withOptions(SOUND_BY_VITE, loadedByVite([])),
      ...bugs.map((bug) =>
        withOptions(
          bug.id,
          isByVite(bug) ? loadedByVite([planter(bug, markOf(bug))]) : loadedByNode(plantIn(folder, bug, markOf(bug))),
        ),
      ),
    ],
  })
  const verdicts: Verdict[] = []
  const judgeOne = (bug: PlantedBug) => verdicts.push(judge(bug, watcher, afterTests, existsSync(markOf(bug)), tell))
  watcher.onEnd = (name) => {
    const bug = bugs.find(({ id }) => id === name)
    if (bug) judgeOne(bug)
  }
  try {
    if (!afterTests) await vitest.runTestSpecifications(soundSpecifications(vitest, bugs))
    await vitest.runTestSpecifications(bugs.map((bug) => specify(vitest, bug.id, bug.test, [bug.name])))
    for (const bug of bugs) if (!verdicts.some((verdict) => verdict.bug === bug)) judgeOne(bug)
  } finally {
    await vitest.close()
    rmSync(folder, { recursive: true })
  }
  return verdicts
}

/** The console is written for Vite, with modules that nobody else knows. */
function isByVite({ test }: PlantedBug): boolean {
  return test.startsWith('packages/console/')
}

function loadedByVite(planters: Plugin[]) {
  return { test: {}, plugins: [contractRoutes(), ...planters] }
}

/** Node keeps what it has compiled, and needs no server of its own for each bug. */
function loadedByNode(env: Record<string, string>) {
  const execArgv = ['--import', join(import.meta.dirname, 'plant-while-loading.ts')]
  return { test: { env, execArgv, experimental: { viteModuleRunner: false, nodeLoader: false } } }
}

function withOptions(name: string, { test, ...rest }: ReturnType<typeof loadedByVite | typeof loadedByNode>) {
  return {
    ...rest,
    test: {
      ...test,
      name,
      include: [],
      testTimeout: TEST_TIMEOUT_MS,
      hookTimeout: TEST_TIMEOUT_MS,
      expect: { poll: { timeout: POLL_TIMEOUT_MS } },
    },
  }
}

function planter(bug: PlantedBug, mark: string): Plugin {
  const path = resolve(root, bug.file)
  return {
    name: `planted:${bug.id}`,
    enforce: 'pre',
    load(id: string) {
      if (id.split('?')[0] !== path) return undefined
      writeFileSync(mark, '')
      return plant(bug, readFileSync(path, 'utf8'))
    },
  }
}

/** What `plant-while-loading.ts` has to know. */
function plantIn(folder: string, bug: PlantedBug, mark: string): Record<string, string> {
  const path = resolve(root, bug.file)
  const source = join(folder, `${bug.id}.ts`)
  writeFileSync(source, plant(bug, readFileSync(path, 'utf8')))
  return {
    PLANTED_IN: pathToFileURL(path).href,
    PLANTED_SOURCE: source,
    PLANTED_MARK: mark,
  }
}

function soundProjectOf(bug: PlantedBug): string {
  return isByVite(bug) ? SOUND_BY_VITE : SOUND
}

/** Each file of tests once, with all the tests in it that bugs name. */
function soundSpecifications(vitest: Vitest, bugs: readonly PlantedBug[]): TestSpecification[] {
  const byFile = Map.groupBy(bugs, ({ test }) => test)
  return [...byFile].map(([file, group]) =>
    specify(
      vitest,
      soundProjectOf(group[0] as PlantedBug),
      file,
      group.map(({ name }) => name),
    ),
  )
}

function specify(vitest: Vitest, project: string, file: string, names: readonly string[]): TestSpecification {
  const exactly = names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  const testNamePattern = new RegExp(`^(${exactly})$`)
  return vitest.getProjectByName(project).createSpecification(resolve(root, file), { testNamePattern })
}

function judge(
  bug: PlantedBug,
  { tests, modules }: Outcomes,
  afterTests: boolean,
  isPlanted: boolean,
  tell: (verdict: Verdict) => void,
): Verdict {
  const of = (project: string) =>
    tests.find(
      (test) =>
        test.project.name === project && test.fullName === bug.name && resolve(root, bug.test) === test.module.moduleId,
    )
  const [sound, broken] = [of(soundProjectOf(bug)), of(bug.id)]
  const said = [messagesOf(broken), ...(modules.get(bug.id) ?? [])].join('\n')
  const problem = (afterTests ? undefined : problemWithout(bug, sound)) ?? problemWith(bug, broken, said, isPlanted)
  const verdict = { bug, problem, seconds: (broken?.diagnostic()?.duration ?? 0) / 1000 }
  tell(verdict)
  return verdict
}

function problemWithout(bug: PlantedBug, sound: TestCase | undefined): string | undefined {
  if (!sound) return `there is no test "${bug.name}" in ${bug.test}, or its file could not be loaded`
  return sound.result().state === 'passed' ? undefined : `the test fails without the bug: ${messagesOf(sound)}`
}

function problemWith(bug: PlantedBug, broken: TestCase | undefined, said: string, isPlanted: boolean) {
  if (!isPlanted) return `the test does not even load ${bug.file}, or there is no test "${bug.name}" in ${bug.test}`
  if (!broken) return `the test did not run with the bug: ${said}`
  if (broken.result().state === 'passed') return 'THE TEST PASSES WITH THE BUG'
  if (!said.includes(bug.because)) return `the test fails, but not because "${bug.because}". It says: ${said}`
  return undefined
}

function messagesOf(test: TestCase | undefined): string {
  const errors = test?.result().errors ?? []
  return errors.map(({ message, diff, stack }) => [message, diff ?? stack].filter(Boolean).join('\n')).join('\n')
}

class Outcomes {
  readonly tests: TestCase[] = []
  /** Faults of files that could not be loaded, by project. */
  readonly modules = new Map<string, string[]>()
  onEnd: (project: string) => void = () => undefined

  onTestModuleEnd(module: TestModule): void {
    const { name } = module.project
    for (const test of module.children.allTests()) if (test.result().state !== 'skipped') this.tests.push(test)
    this.modules.set(
      name,
      module.errors().map(({ message }) => message),
    )
    this.onEnd(name)
  }
}

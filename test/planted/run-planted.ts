import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createVitest, type TestCase, type TestModule, type TestSpecification, type Vitest } from 'vitest/node'
import { contractRoutes } from '../../packages/console/build/contract-routes.ts'
import { plant, root, type PlantedBug } from './planted-bug.ts'

export interface Verdict {
  readonly bug: PlantedBug
  /** Why the bug counts as not found; undefined: its test found it, and passes without it. */
  readonly problem: string | undefined
  readonly seconds: number
}

/** The project of the tests as they are, which have to pass. */
const SOUND = 'without'
const TEST_TIMEOUT_MS = 40_000
/** What is polled for never comes in some of the tests with a bug: they fail then, rather than run out of time. */
const POLL_TIMEOUT_MS = 10_000

/**
 * Runs the test of every bug twice, in one start of vitest: as the code is, and with the bug in it. A bug is planted
 * while its module is loaded, so no file changes on disk, and nothing has to be restored whatever happens.
 */
export async function runPlanted(bugs: readonly PlantedBug[], tell: (verdict: Verdict) => void): Promise<Verdict[]> {
  const planted = new Set<string>()
  const watcher = new Outcomes()
  const vitest = await createVitest('test', {
    config: false,
    root,
    watch: false,
    pool: 'forks',
    maxWorkers: 2,
    reporters: [watcher],
    // A bug is in the modules of its own project, and nowhere else
    sharedViteServer: false,
    fsModuleCache: false,
    projects: [SOUND, ...bugs.map(({ id }) => id)].map((name) => ({
      test: {
        name,
        include: [],
        testTimeout: TEST_TIMEOUT_MS,
        hookTimeout: TEST_TIMEOUT_MS,
        expect: { poll: { timeout: POLL_TIMEOUT_MS } },
      },
      plugins: [contractRoutes(), ...bugs.filter(({ id }) => id === name).map((bug) => planter(bug, planted))],
    })),
  })
  const verdicts: Verdict[] = []
  watcher.onEnd = (name) => {
    const bug = bugs.find(({ id }) => id === name)
    if (bug) verdicts.push(judge(bug, watcher, planted, tell))
  }
  try {
    await vitest.runTestSpecifications(soundSpecifications(vitest, bugs))
    await vitest.runTestSpecifications(bugs.map((bug) => specify(vitest, bug.id, bug.test, [bug.name])))
  } finally {
    await vitest.close()
  }
  const unheard = bugs.filter((bug) => !verdicts.some((verdict) => verdict.bug === bug))
  return [...verdicts, ...unheard.map((bug) => judge(bug, watcher, planted, tell))]
}

function planter(bug: PlantedBug, planted: Set<string>) {
  const path = resolve(root, bug.file)
  return {
    name: `planted:${bug.id}`,
    enforce: 'pre' as const,
    load(id: string) {
      if (id.split('?')[0] !== path) return undefined
      planted.add(bug.id)
      return plant(bug, readFileSync(path, 'utf8'))
    },
  }
}

/** Each file of tests once, with all the tests in it that bugs name. */
function soundSpecifications(vitest: Vitest, bugs: readonly PlantedBug[]): TestSpecification[] {
  const byFile = Map.groupBy(bugs, ({ test }) => test)
  return [...byFile].map(([file, group]) =>
    specify(
      vitest,
      SOUND,
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

function judge(bug: PlantedBug, { tests, modules }: Outcomes, planted: Set<string>, tell: (verdict: Verdict) => void) {
  const of = (project: string) =>
    tests.find(
      (test) =>
        test.project.name === project && test.fullName === bug.name && resolve(root, bug.test) === test.module.moduleId,
    )
  const [sound, broken] = [of(SOUND), of(bug.id)]
  const said = [messagesOf(broken), ...(modules.get(bug.id) ?? [])].join('\n')
  const problem = problemOf(bug, sound, broken, said, planted.has(bug.id))
  const verdict = { bug, problem, seconds: (broken?.diagnostic()?.duration ?? 0) / 1000 }
  tell(verdict)
  return verdict
}

function problemOf(
  bug: PlantedBug,
  sound: TestCase | undefined,
  broken: TestCase | undefined,
  said: string,
  isPlanted: boolean,
) {
  if (!sound) return `there is no test "${bug.name}" in ${bug.test}, or its file could not be loaded`
  if (sound.result().state !== 'passed') return `the test fails without the bug: ${messagesOf(sound)}`
  if (!isPlanted) return `the test does not even load ${bug.file}`
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

import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { contractRoutes } from './packages/console/build/contract-routes.ts'

const integration = ['packages/**/*.int.test.ts', 'test/**/*.test.ts']

/** They take minutes each, and are short. */
const LONGEST = ['test/console/pages.test.ts', 'test/console/keyboard-walk.test.ts', 'test/e2e/kill.test.ts']

/** On a clean checkout the largest file would be first, and one of these last and alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.some((file) => moduleId.endsWith(file))
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    // More than two cores: tests wait for hubs, databases and browsers most of the time
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Concurrent tests of one file start whole hubs; more of them at once would only wait for each other
    maxConcurrency: 3,
    allowOnly: false,
    // The usual second is too short on a machine that has other things to do
    expect: { poll: { timeout: 10_000 } },
    reporters: ['default', './scripts/count-reporter.ts'],
    projects: [
      {
        extends: true,
        // Of parts of the console that are drawn without a browser
        plugins: [contractRoutes()],
        test: {
          name: 'unit',
          include: ['packages/**/*.test.ts', 'scripts/**/*.test.{ts,mjs}'],
          exclude: ['**/node_modules/**', ...integration],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: integration,
          exclude: ['**/node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})

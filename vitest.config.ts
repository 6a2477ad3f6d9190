import { defineConfig } from 'vitest/config'

const integration = ['packages/**/*.int.test.ts', 'test/**/*.test.ts']

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // Concurrent tests of one file start whole hubs; more of them at once would only wait for each other
    maxConcurrency: 3,
    allowOnly: false,
    // The usual second is too short on a machine that has other things to do
    expect: { poll: { timeout: 10_000 } },
    reporters: ['default', './scripts/count-reporter.ts'],
    projects: [
      {
        extends: true,
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

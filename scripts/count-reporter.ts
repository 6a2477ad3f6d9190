import { writeSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

interface Count {
  passed: number
  failed: number
  skipped: string[]
}

/**
 * Ends the output with exactly `N passed, N failed, N skipped`, and names every test that did not run. A file that could
 * not be loaded and an error outside of any test count as failed, because a run with one is not a success.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const { passed, failed, skipped } = count(modules, errors)
    // At the very end of the process: other reporters may still have something to say.
    process.once('exit', () => {
      const notRun = skipped.map((name) => `not run: ${name}\n`).join('')
      writeSync(1, `${notRun}${passed} passed, ${failed} failed, ${skipped.length} skipped\n`)
    })
  }
}

function count(modules: readonly TestModule[], errors: readonly SerializedError[]): Count {
  const total: Count = { passed: 0, failed: errors.length, skipped: [] }
  for (const module of modules) {
    total.failed += module.errors().length
    for (const suite of module.children.allSuites()) total.failed += suite.errors().length
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') total.passed += 1
      else if (state === 'failed') total.failed += 1
      else total.skipped.push(`${module.relativeModuleId} > ${test.fullName}`)
    }
  }
  return total
}

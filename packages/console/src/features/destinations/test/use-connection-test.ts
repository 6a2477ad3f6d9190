import { useEffect, useRef, useState } from 'react'
import type { CheckStep } from '@datahub/core/check/check-step'
import type { Problem } from '@datahub/core/api/error-shapes'
import { asProblem } from '../../../api/problem.ts'

export interface ConnectionTest {
  state: 'none' | 'running' | 'over'
  steps: readonly CheckStep[]
  /** Why it could not be run at all, such as a field that is not valid. */
  problem: Problem | undefined
  durationMs: number
  /** What was tested, so that a page can tell that it has changed since. */
  tested: string
}

const none: ConnectionTest = { state: 'none', steps: [], problem: undefined, durationMs: 0, tested: '' }

/** A connection test, step by step as it comes. A new one ends the one before. */
export function useConnectionTest() {
  const [test, setTest] = useState(none)
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  /** Answers whether it passed. */
  async function start(
    tested: string,
    begin: (signal: AbortSignal) => Promise<AsyncIterable<CheckStep>>,
  ): Promise<boolean> {
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    const startedAt = performance.now()
    const update = (change: Partial<ConnectionTest>) => {
      if (controller.signal.aborted) return
      setTest((before) => ({ ...before, durationMs: performance.now() - startedAt, ...change }))
    }
    setTest({ ...none, state: 'running', tested })
    let isGood = true
    try {
      for await (const step of await begin(controller.signal)) {
        if (controller.signal.aborted) return false
        isGood &&= step.verdict !== 'failed'
        setTest((before) => ({ ...before, steps: [...before.steps, step] }))
      }
      update({ state: 'over' })
      return isGood
    } catch (error) {
      update({ state: 'over', problem: asProblem(error) })
      return false
    }
  }

  return { test, start }
}

export function isSuccessful({ state, steps, problem }: ConnectionTest): boolean {
  return state === 'over' && problem === undefined && steps.every(({ verdict }) => verdict !== 'failed')
}

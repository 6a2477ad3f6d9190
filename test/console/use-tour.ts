import { afterAll, beforeAll } from 'vitest'
import { startTour, type Tour } from './tour.ts'

/** One tour for all tests of a file. */
export function useTour(): () => Tour {
  let tour: Tour | undefined
  beforeAll(async () => {
    tour = await startTour()
  }, 400_000)
  afterAll(() => tour?.[Symbol.asyncDispose]())
  return () => {
    if (!tour) throw new Error('there is a tour only while tests run')
    return tour
  }
}

import { expect, test, vi } from 'vitest'
import { ProblemError, unknown } from '../api/problem.ts'
import { makeQueryClient } from './query-client.ts'

const refusal = (status: number) => new ProblemError({ ...unknown, status })

test('R37: whose session has ended is led to where one signs in by the next answer, whoever may less is not', async () => {
  const leave = vi.fn<() => void>()
  const client = makeQueryClient(leave)
  const ask = (status: number) =>
    client.fetchQuery({ queryKey: [status], queryFn: () => Promise.reject(refusal(status)) }).catch(() => undefined)
  await ask(403)
  expect(leave).not.toHaveBeenCalled()
  await ask(401)
  expect(leave).toHaveBeenCalledOnce()
})

import type { ExecutionDetail, LogPage } from '@datahub/core/api/execution-shapes'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { hub } from '../../api/hub.ts'

export type LogLine = LogPage['lines'][number]

/** Of two parts of a log each line once, the oldest first. */
function joined(one: readonly LogLine[], other: readonly LogLine[]): readonly LogLine[] {
  const lines = new Map([...one, ...other].map((line) => [line.id, line]))
  return lines.size === one.length ? one : [...lines.values()].toSorted((a, b) => a.id - b.id)
}

/** The log of an execution from its end on: what came with it, what has come since, and what was read of the part before. */
export function useLogLines({ id, log }: ExecutionDetail) {
  const client = useQueryClient()
  const [read, setRead] = useState<readonly LogLine[]>(log.lines)
  const lines = joined(read, log.lines)
  // As React wants it: state that follows from what came is set while rendering, and settles
  if (lines !== read) setRead(lines)
  const earlier = Math.max(0, log.earlier + log.lines.length - lines.length)
  /** Reads on towards the beginning: a page, or all of it. Answers the lines that are then known. */
  const readEarlier = async (howMuch: 'page' | 'all'): Promise<readonly LogLine[]> => {
    let known = lines
    for (let left = earlier; left > 0;) {
      const before = known[0]?.id
      const page = await client.fetchQuery({
        queryKey: ['execution log', id, before],
        queryFn: () => hub.execution.log(before === undefined ? { id } : { id, before }),
        staleTime: Infinity,
      })
      known = joined(known, page.lines)
      left = howMuch === 'all' ? page.earlier : 0
    }
    setRead((now) => joined(now, known))
    return known
  }
  return { lines, earlier, readEarlier }
}

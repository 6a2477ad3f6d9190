import type { DeliveredRangePage } from '@datahub/core/api/execution-shapes'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query } from '../../api/hub.ts'
import { watched } from '../../app/live/live.ts'
import { FreshRows } from '../../components/fresh-rows.tsx'
import { useHeldRows, type Answered } from '../../components/held-rows.ts'
import { Card } from '../../components/page.tsx'
import { Pager, type PagePlace } from '../../components/pager.tsx'
import { Answer, Empty } from '../../components/states.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { ExecutionTable, type DeliveredRange } from './execution-table.tsx'

const PER_PAGE = 50

interface ExecutionsTabProps {
  taskId: number
  page: PagePlace
  openId: number | undefined
  onOpen(id: number): void
}

/** What was done for each data range, the newest first; executions for the same range stand together. */
export function ExecutionsTab({ taskId, page: { cursor, goTo }, openId, onOpen }: ExecutionsTabProps) {
  // A link to an old execution shows it among its neighbours
  const [around] = useState(openId)
  const at = cursor !== undefined ? { cursor } : around !== undefined ? { around } : {}
  const ranges = useQuery(
    query.task.ranges.queryOptions({
      input: { task: String(taskId), limit: PER_PAGE, ...at },
      refetchInterval: watched,
    }),
  )
  return (
    <Answer of={ranges}>
      {(page) => (
        <Card flush>
          <Ranges
            answer={ranges}
            list={`${taskId} ${JSON.stringify(at)}`}
            page={page}
            openId={openId}
            onOpen={onOpen}
          />
          <Pager page={page} goTo={goTo} />
        </Card>
      )}
    </Answer>
  )
}

interface RangesProps {
  answer: Answered
  list: string
  page: DeliveredRangePage
  openId: number | undefined
  onOpen(id: number): void
}

function Ranges({ answer, list, page, openId, onOpen }: RangesProps) {
  const m = useMessages()
  const { shown, fresh, showFresh } = useHeldRows<DeliveredRange>(
    answer,
    list,
    page.items,
    ({ dataRange }) => `${dataRange.from}/${dataRange.to}`,
  )
  if (shown.length === 0 && page.previous === null)
    return <Empty title={m.execution.none}>{m.execution.noneHint}</Empty>
  const count = fresh.reduce((sum, { executions }) => sum + executions.length, 0)
  return (
    <>
      <FreshRows count={count} words={m.execution.fresh} onShow={showFresh} />
      <ExecutionTable ranges={shown} openId={openId} onOpen={onOpen} />
    </>
  )
}

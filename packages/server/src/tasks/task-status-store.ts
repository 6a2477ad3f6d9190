import type { TaskView } from '@datahub/core/api/task-shapes'
import { sql } from 'kysely'

/**
 * What a task does, in a word, for queries that select from `task`. A running one-time push has executions under way, or
 * is about to; one in chunks has failed when some of its ranges have.
 */
export const taskStatus = sql<TaskView['status']>`(case
  when exists (select from execution where execution.task_id = task.id and execution.status in (0, 1, 2, 4)) then 'running'
  when task.schedule is not null then
    case when task.paused then 'paused' when task.next_fire_at is null then 'finished' else 'scheduled' end
  else (
    select case
      when push.state in ('running', 'paused') then push.state
      when task.paused then 'paused'
      when push.id is null or last.status is null then 'waiting'
      when exists (
        select from backfill_range range join execution on execution.id = range.execution_id
        where range.backfill_id = push.id and execution.status in (3, 5, 7, 8)
      ) then 'failed'
      when coalesce(task.one_time->>'chunk', 'whole') = 'whole' and last.status <> 6 then 'failed'
      else 'finished'
    end
    from (select 1) one
    left join lateral (
      select id, state from backfill where task_id = task.id and trigger = 'one-time' order by id desc limit 1
    ) push on true
    left join lateral (select status from execution where task_id = task.id order by id desc limit 1) last on true
  )
end)`

import type { DeliveryTools } from '../delivery/delivery-tools.ts'
import { workOnExecution } from '../delivery/work-on-execution.ts'
import type { ExecutionQueue } from '../executions/queue.ts'
import type { Service } from './loop.ts'

/** How long running executions may go on after the order to stop; then they are handed back. */
const DRAIN_MS = 30_000

/** Works on executions, `slots` at a time. */
export function workerService(queue: ExecutionQueue, tools: DeliveryTools, slots: number): Service {
  return {
    name: 'worker',
    async start() {
      await queue.buryDead(async (executionId) => {
        const taskId = await tools.executions.bury(executionId)
        if (taskId !== undefined) tools.syncLogs.touch(taskId)
      })
      await queue.work(slots, (executionId, signal) => workOnExecution(executionId, tools, signal))
    },
    async stop() {
      await queue.stop(DRAIN_MS)
      await tools.syncLogs.settled()
    },
  }
}

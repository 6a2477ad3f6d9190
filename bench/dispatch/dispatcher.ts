/** One dispatcher: `node dispatcher.ts <database url>`. Says `ready`, waits for a line, dispatches until nothing is due. */
import { openDatabase } from '@datahub/server/db/database'
import { dispatchDue } from '@datahub/server/executions/dispatch'
import { ExecutionService } from '@datahub/server/executions/execution-service'
import { openQueue } from '@datahub/server/executions/queue'
import { createLogger } from '@datahub/server/foundation/logger'
import { once } from 'node:events'

const url = process.argv[2] ?? ''
const db = openDatabase(url, 4, () => undefined)
const queue = await openQueue(url, createLogger('error'))
const executions = new ExecutionService(db, queue, { horizonMs: 0, manualHorizonMs: 0 }, 'bench')
process.stdout.write('ready\n')
await once(process.stdin, 'data')
// Where every due task is held by another dispatcher there is nothing to do at this moment, but perhaps soon
while ((await dispatchDue(db, executions)) > 0);
process.exit(0)

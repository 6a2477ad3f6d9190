import { RIGHTS, type Operation } from './rights.ts'

/**
 * Operations that change nothing and try nothing out, whatever their method: pages ask for them while somebody types or
 * looks. They are not written into the audit log. All others are, new ones too.
 */
const READS = [
  'source.list',
  'source.get',
  'source.kinds',
  'source.reports',
  'source.schemas',
  'source.discover',
  'source.discoverUnsaved',
  'source.preview',
  'source.previewUnsaved',
  'source.estimate',
  'source.estimateUnsaved',
  'destination.list',
  'destination.get',
  'destination.kinds',
  'destination.policy',
  'task.list',
  'task.get',
  'task.schedule',
  'task.coverage',
  'task.definition',
  'task.ranges',
  'task.activity',
  'task.validate',
  'task.previewSchedule',
  'backfill.list',
  'backfill.get',
  'execution.list',
  'execution.get',
  'execution.log',
  'live.events',
  'live.home',
  'live.days',
  'live.files',
  'live.syncLog',
  'alert.list',
  'alertChannel.list',
  'alertChannel.get',
  'alertChannel.messages',
  'error.list',
  'error.get',
  'hub.plan',
  'hub.system',
  'hub.notices',
  'hub.operation',
  'hub.diagnostics',
  'key.list',
  'token.list',
  'workspace.list',
  'user.list',
  'session.options',
  'session.me',
  'session.list',
  'setup.status',
  'audit.list',
  'audit.verify',
  'setupLink.list',
  'setupLink.show',
  'setupLink.policy',
] as const satisfies readonly Operation[]

/** An operation that is written into the audit log. */
export type Deed = Exclude<Operation, (typeof READS)[number]>

const reads: ReadonlySet<string> = new Set(READS)

export function isDeed(operation: string): operation is Deed {
  return Object.hasOwn(RIGHTS, operation) && !reads.has(operation)
}

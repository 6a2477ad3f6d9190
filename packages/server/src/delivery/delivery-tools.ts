import type { Destination } from '@datahub/core/destination/destination'
import type { ReferenceMemory, Source } from '@datahub/core/source/source'
import type { Database } from '../db/database.ts'
import type { SchemaService } from '../definitions/schema-service.ts'
import type { Claim } from '../executions/claim.ts'
import type { ExecutionService } from '../executions/execution-service.ts'
import type { Logger } from '../foundation/logger.ts'
import type { Deflater } from '../package/deflater.ts'
import type { SyncLogPublisher } from '../sync-log/sync-log-publisher.ts'
import type { Staging } from './staging.ts'

/** What a delivery works with. It sees the ports of sources and destinations, never a connector. */
export interface DeliveryTools {
  readonly db: Database
  readonly instanceId: string
  readonly executions: ExecutionService
  readonly syncLogs: SyncLogPublisher
  readonly schemas: SchemaService
  readonly staging: Staging
  readonly deflater: Deflater
  readonly logger: Logger
  openSource(sourceId: number): Promise<Source>
  /** Where a source keeps what it needs to come back for the reports of this execution. */
  referenceMemory(claim: Claim): ReferenceMemory
  openDestination(destinationId: number): Promise<Destination>
}

/** How far an attempt is: read by the watch, written by the steps. */
export interface Meter {
  step: string
  rows: number
  sizeBytes: number
}

export interface Attempt {
  readonly claim: Claim
  readonly meter: Meter
  readonly signal: AbortSignal
}

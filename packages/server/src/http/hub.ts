import type { SystemView } from '@datahub/core/api/hub-shapes'
import type { Access, Client } from '../access/access.ts'
import type { Gate } from '../access/gate.ts'
import type { RequestPace } from '../access/pace.ts'
import type { SignInService } from '../access/sign-in-service.ts'
import type { UserService } from '../access/user-service.ts'
import type { WorkspaceService } from '../access/workspace-service.ts'
import type { ActivityService } from '../activity/activity-service.ts'
import type { AlertService } from '../alerts/alert-service.ts'
import type { AlertChannelService } from '../alerts/channel-service.ts'
import type { AuditService } from '../audit/audit-service.ts'
import type { BackfillService } from '../backfills/backfill-service.ts'
import type { CoverageService } from '../coverage/coverage-service.ts'
import type { Scope } from '../db/scope.ts'
import type { DestinationService } from '../definitions/destination-service.ts'
import type { HubService } from '../definitions/hub-service.ts'
import type { SourceTrials } from '../definitions/source-trials.ts'
import type { SourceService } from '../definitions/source-service.ts'
import type { EventFeed } from '../events/event-feed.ts'
import type { FileService } from '../files/file-service.ts'
import type { HomeService } from '../home/home-service.ts'
import type { ExecutionService } from '../executions/execution-service.ts'
import type { Logger } from '../foundation/logger.ts'
import type { SetupLinkService } from '../setup-links/setup-link-service.ts'
import type { KeyService } from '../keys/key-service.ts'
import type { OperationService } from '../system/operation-service.ts'
import type { TaskService } from '../tasks/task-service.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { TokenService } from '../tokens/token-service.ts'
import type { ConsoleAssets } from './console.ts'

/** What the routes may call: services, never stores. */
export interface Hub {
  /** The built console; undefined where there is none. */
  readonly console: ConsoleAssets | undefined
  readonly sources: SourceService
  readonly trials: SourceTrials
  readonly destinations: DestinationService
  readonly tasks: TaskService
  readonly executions: ExecutionService
  readonly backfills: BackfillService
  readonly coverage: CoverageService
  readonly events: EventFeed
  readonly alerts: AlertService
  readonly alertChannels: AlertChannelService
  readonly home: HomeService
  readonly files: FileService
  readonly definitions: HubService
  readonly keys: KeyService
  readonly tokens: TokenService
  readonly workspaces: WorkspaceService
  readonly users: UserService
  readonly signIn: SignInService
  readonly audit: AuditService
  readonly activity: ActivityService
  readonly setupLinks: SetupLinkService
  readonly gate: Gate
  readonly pace: RequestPace
  readonly metrics: Metrics
  readonly logger: Logger
  /** How many proxies of ours stand before the hub. */
  readonly proxies: number
  publicUrl(): string
  /** Whether the database answers. */
  isReady(): Promise<boolean>
  system(scope: Scope): Promise<SystemView>
  readonly operation: OperationService
}

/** What a handler works with: the services, and what the request was let in with. */
export interface RequestContext extends Hub {
  readonly access: Access
  readonly client: Client
}

import { alertChannelRoutes, alertRoutes } from './alert-routes.ts'
import { auditRoutes } from './audit-routes.ts'
import { backfillRoutes } from './backfill-routes.ts'
import { destinationRoutes } from './destination-routes.ts'
import { errorRoutes } from './error-routes.ts'
import { executionRoutes } from './execution-routes.ts'
import { hubRoutes } from './hub-routes.ts'
import { invitationRoutes, sessionRoutes, setupRoutes } from './session-routes.ts'
import { setupLinkRoutes } from './setup-link-routes.ts'
import { liveRoutes } from './live-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { sourceRoutes } from './source-routes.ts'
import { taskRoutes } from './task-routes.ts'
import { tokenRoutes } from './token-routes.ts'
import { userRoutes } from './user-routes.ts'
import { workspaceRoutes } from './workspace-routes.ts'

/** The whole API, once: the server implements it, command line and console call it, OpenAPI falls out of it. */

export const API_PREFIX = '/api/v1'

export const contract = {
  source: sourceRoutes,
  destination: destinationRoutes,
  task: taskRoutes,
  backfill: backfillRoutes,
  execution: executionRoutes,
  error: errorRoutes,
  live: liveRoutes,
  alert: alertRoutes,
  alertChannel: alertChannelRoutes,
  hub: hubRoutes,
  key: keyRoutes,
  token: tokenRoutes,
  workspace: workspaceRoutes,
  user: userRoutes,
  session: sessionRoutes,
  setup: setupRoutes,
  invitation: invitationRoutes,
  audit: auditRoutes,
  setupLink: setupLinkRoutes,
}

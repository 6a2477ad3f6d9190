import type { Migration } from 'kysely/migration'
import * as firstTables from './001-first-tables.ts'
import * as keyCanary from './030-key-canary.ts'
import * as storageMemory from './003-storage-memory.ts'
import * as time from './004-time.ts'
import * as waiting from './010-waiting.ts'
import * as reportSchemas from './011-report-schemas.ts'
import * as workspaces from './020-workspaces.ts'
import * as users from './021-users.ts'
import * as audit from './022-audit.ts'
import * as fairTurns from './023-fair-turns.ts'
import * as storeClock from './085-store-clock.ts'
import * as setupLinks from './024-setup-links.ts'
import * as changes from './031-changes.ts'
import * as lists from './040-lists.ts'
import * as live from './041-live.ts'
import * as secretKeys from './042-secret-keys.ts'
import * as ranges from './044-ranges.ts'
import * as announced from './050-announced.ts'
import * as connectionTests from './065-connection-tests.ts'
import * as alerts from './060-alerts.ts'
import * as outcomes from './070-outcomes.ts'
import * as movedTasks from './066-moved-tasks.ts'
import * as processes from './071-processes.ts'
import * as refreshTokens from './072-refresh-tokens.ts'
import * as hashedSessions from './074-hashed-sessions.ts'
import * as operation from './075-operation.ts'
import * as quieterAlerts from './080-quieter-alerts.ts'
import * as activity from './084-activity.ts'
import * as places from './087-places.ts'
import * as logLevels from './083-log-levels.ts'

/** In order; a migration that has been released is never edited. */
export const migrations: Record<string, Migration> = {
  '001-first-tables': firstTables,
  '003-storage-memory': storageMemory,
  '004-time': time,
  '010-waiting': waiting,
  '011-report-schemas': reportSchemas,
  '020-workspaces': workspaces,
  '021-users': users,
  '022-audit': audit,
  '023-fair-turns': fairTurns,
  '024-setup-links': setupLinks,
  '030-key-canary': keyCanary,
  '031-changes': changes,
  '040-lists': lists,
  '041-live': live,
  '042-secret-keys': secretKeys,
  '044-ranges': ranges,
  '050-announced': announced,
  '060-alerts': alerts,
  '065-connection-tests': connectionTests,
  '070-outcomes': outcomes,
  '066-moved-tasks': movedTasks,
  '071-processes': processes,
  '072-refresh-tokens': refreshTokens,
  '074-hashed-sessions': hashedSessions,
  '075-operation': operation,
  '080-quieter-alerts': quieterAlerts,
  '083-log-levels': logLevels,
  '084-activity': activity,
  '085-store-clock': storeClock,
  '087-places': places,
}

import type { contract } from '../api/contract.ts'
import { isAtLeast, type Role } from './role.ts'

/**
 * Role × route, once: the least that a caller must be for each operation of the API. What starts, tests or reads a
 * customer's data (run, retry, test, preview) is an operator's right, not a viewer's. An operation that is not here
 * fails the build; one that is unknown is refused.
 *
 * `anyone`: also who is not signed in; such an operation guards itself, by a password or a code.
 * `setup-link`: the bearer of a setup link, and nobody else. `signed-in`: every user and token, whatever their role. `hub`: an admin of the hub's first workspace, who is admin of
 * every other one too.
 */
export const RIGHTS = {
  'source.list': 'viewer',
  'source.get': 'viewer',
  'source.kinds': 'viewer',
  'source.create': 'operator',
  'source.replace': 'operator',
  'source.remove': 'operator',
  'source.test': 'operator',
  'source.testUnsaved': 'operator',
  'source.discover': 'operator',
  'source.discoverUnsaved': 'operator',
  'source.previewUnsaved': 'operator',
  'source.estimate': 'viewer',
  'source.estimateUnsaved': 'operator',
  'source.dryRun': 'operator',
  'source.dryRunUnsaved': 'operator',
  'source.schemas': 'viewer',
  'source.acceptSchema': 'operator',
  'source.reports': 'viewer',
  'source.preview': 'operator',
  'destination.list': 'viewer',
  'destination.get': 'viewer',
  'destination.kinds': 'viewer',
  'destination.policy': 'viewer',
  'destination.create': 'operator',
  'destination.replace': 'operator',
  'destination.rotate': 'operator',
  'destination.remove': 'operator',
  'destination.test': 'operator',
  'destination.testUnsaved': 'operator',
  'task.list': 'viewer',
  'task.get': 'viewer',
  'task.schedule': 'viewer',
  'task.coverage': 'viewer',
  'task.definition': 'viewer',
  'task.validate': 'viewer',
  'task.previewSchedule': 'viewer',
  'task.ranges': 'viewer',
  'task.activity': 'viewer',
  'task.replace': 'operator',
  'task.change': 'operator',
  'task.create': 'operator',
  'task.remove': 'operator',
  'task.run': 'operator',
  'task.pause': 'operator',
  'task.resume': 'operator',
  'backfill.list': 'viewer',
  'backfill.get': 'viewer',
  'backfill.start': 'operator',
  'backfill.pause': 'operator',
  'backfill.resume': 'operator',
  'backfill.cancel': 'operator',
  'backfill.retry': 'operator',
  'execution.list': 'viewer',
  'execution.get': 'viewer',
  'execution.log': 'viewer',
  'execution.cancel': 'operator',
  'execution.retry': 'operator',
  'live.events': 'viewer',
  'live.home': 'viewer',
  'live.days': 'viewer',
  'live.files': 'viewer',
  'live.syncLog': 'viewer',
  'alert.list': 'viewer',
  'alertChannel.list': 'admin',
  'alertChannel.get': 'admin',
  'alertChannel.create': 'admin',
  'alertChannel.replace': 'admin',
  'alertChannel.remove': 'admin',
  'alertChannel.test': 'admin',
  'alertChannel.testUnsaved': 'admin',
  'alertChannel.rotate': 'admin',
  'alertChannel.messages': 'admin',
  'error.list': 'viewer',
  'error.get': 'viewer',
  'hub.plan': 'operator',
  'hub.apply': 'operator',
  'hub.system': 'viewer',
  'hub.notices': 'viewer',
  'hub.operation': 'hub',
  'hub.diagnostics': 'hub',
  'key.list': 'hub',
  'key.rotate': 'hub',
  'token.list': 'admin',
  'token.create': 'admin',
  'token.revoke': 'admin',
  'workspace.list': 'viewer',
  'workspace.create': 'hub',
  'workspace.setLimit': 'hub',
  'user.list': 'admin',
  'user.create': 'admin',
  'user.setRole': 'admin',
  'user.remove': 'admin',
  'user.disable': 'hub',
  'user.enable': 'hub',
  'user.invite': 'hub',
  'session.options': 'anyone',
  'session.signIn': 'anyone',
  'session.oidc': 'anyone',
  'session.signOut': 'anyone',
  'session.me': 'signed-in',
  'session.list': 'signed-in',
  'session.revoke': 'signed-in',
  'session.changePassword': 'signed-in',
  'setup.status': 'anyone',
  'setup.create': 'anyone',
  'invitation.accept': 'anyone',
  'audit.list': 'admin',
  'setupLink.create': 'operator',
  'setupLink.list': 'operator',
  'setupLink.revoke': 'operator',
  'setupLink.show': 'setup-link',
  'setupLink.policy': 'setup-link',
  'setupLink.test': 'setup-link',
  'setupLink.submit': 'setup-link',
  'audit.verify': 'hub',
} as const satisfies Record<Operation, Least>

/** `noun.verb` of every operation of the contract. */
export type Operation = {
  [Noun in keyof typeof contract & string]: `${Noun}.${keyof (typeof contract)[Noun] & string}`
}[keyof typeof contract & string]

export type Least = 'anyone' | 'setup-link' | 'signed-in' | Role | 'hub'

/** What a caller is in the workspace at hand. */
export interface Standing {
  readonly isSignedIn: boolean
  /** Whoever has a setup link, and nothing else. */
  readonly isSetupLink?: boolean
  /** Null: a member of no workspace. */
  readonly role: Role | null
  readonly isHubAdmin: boolean
  /** An API token may be narrowed to some operations; null: all that its role may. */
  readonly only: readonly string[] | null
}

/** What is not in the table may nobody. */
export function may(standing: Standing, operation: string): boolean {
  if (!Object.hasOwn(RIGHTS, operation)) return false
  const least: Least = RIGHTS[operation as Operation]
  if (least === 'anyone') return true
  if (least === 'setup-link' || standing.isSetupLink) return least === 'setup-link' && standing.isSetupLink === true
  if (!standing.isSignedIn || (standing.only !== null && !standing.only.includes(operation))) return false
  if (least === 'signed-in') return true
  return least === 'hub' ? standing.isHubAdmin : standing.role !== null && isAtLeast(standing.role, least)
}

/** All that a caller may, for a page that shows only what they may do. */
export function rightsOf(standing: Standing): Operation[] {
  return (Object.keys(RIGHTS) as Operation[]).filter((operation) => may(standing, operation))
}

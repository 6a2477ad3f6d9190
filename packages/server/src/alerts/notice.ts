import type { AlertEvent, AlertFacts, AlertKind, AlertNotice } from '@datahub/core/alert/alert'

/** Who has hundreds of failing tasks reads the rest in the console. */
const NAMED_TASKS = 10

/** What is sent of an alert. */
export function noticeOf(
  alert: { readonly id: number; readonly kind: AlertKind; readonly since: Date },
  event: AlertEvent,
  facts: AlertFacts,
  world: { readonly workspace: string; readonly at: Date; readonly consoleUrl: string | undefined },
): AlertNotice {
  return {
    event,
    kind: alert.kind,
    alertId: alert.id,
    workspace: world.workspace,
    ...facts,
    tasks: facts.tasks.slice(0, NAMED_TASKS),
    taskCount: facts.tasks.length,
    since: alert.since.toISOString(),
    at: world.at.toISOString(),
    link: world.consoleUrl === undefined ? null : `${world.consoleUrl}${pathOf(facts)}`,
  }
}

/** For one who tries a channel out: it reads like a real one, and says that it is none. */
export function testNotice(world: {
  readonly workspace: string
  readonly at: Date
  readonly consoleUrl: string | undefined
}): AlertNotice {
  return {
    event: 'test',
    kind: 'failing',
    alertId: null,
    workspace: world.workspace,
    code: null,
    message: '',
    cure: '',
    place: { noun: 'destination', name: 'example' },
    tasks: [],
    taskCount: 0,
    since: world.at.toISOString(),
    at: world.at.toISOString(),
    link: world.consoleUrl === undefined ? null : `${world.consoleUrl}/settings?tab=alerts`,
  }
}

/** One task: its page, with the execution that tells why; several: what they share. */
function pathOf({ tasks, place }: AlertFacts): string {
  const [first] = tasks
  if (first && tasks.length === 1)
    return `/tasks/${first.id}${first.execution ? `?tab=executions&execution=${first.execution.id}` : ''}`
  if (place.noun === 'destination') return `/destinations/${encodeURIComponent(place.name)}`
  return '/'
}

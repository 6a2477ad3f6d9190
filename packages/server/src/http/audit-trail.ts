import { isDeed } from '@datahub/core/access/deeds'
import type { MeView } from '@datahub/core/api/access-shapes'
import type { DataHubError } from '@datahub/core/error/data-hub-error'
import type { HubDefinition } from '@datahub/core/task/definition'
import type { Deed } from '../audit/audit-service.ts'
import type { RequestContext } from './hub.ts'

/** Of these what there was before and after is written down. */
const CHANGES = new Set([
  'create',
  'replace',
  'remove',
  'apply',
  'setRole',
  'setLimit',
  'disable',
  'enable',
  'pause',
  'resume',
  'rotate',
])
/** Whoever calls these is known by their answer. */
const SIGN_INS = new Set(['session.signIn', 'setup.create', 'invitation.accept'])

type Input = Readonly<Record<string, unknown>> | undefined

/**
 * Runs an operation, if the caller may, and writes it down: every change, and whatever tests, runs or signs in, also where it was
 * refused. Nothing of the input is kept but the name of what it is about; states are as the API shows them.
 */
export async function audited<Output>(
  operation: string,
  input: unknown,
  context: RequestContext,
  run: () => Promise<Output>,
  known: (error: unknown) => DataHubError,
): Promise<Output> {
  if (!isDeed(operation) || isPreview(operation, input as Input)) {
    context.gate.assertMay(context.access, operation)
    return run()
  }
  const verb = operation.slice(operation.indexOf('.') + 1)
  const given = input as Input
  const look = () => (CHANGES.has(verb) ? stateOf(operation, given, context) : Promise.resolve(undefined))
  const deed = { action: operation, subject: subjectOf(given) }
  const from = context.client.from
  const act = async () => {
    const before = await look()
    const output = await run()
    const after = (await look()) ?? (verb === 'create' ? output : undefined)
    return { output, by: doer(operation, context, output), deed: { ...deed, outcome: 'done', before, after } }
  }
  try {
    context.gate.assertMay(context.access, operation)
    if (isOneChange(operation)) return await context.audit.done(from, act)
    const done = await act()
    for (const each of deedsOf(done.deed, given, done.output)) await context.audit.record(done.by, from, each)
    return done.output
  } catch (error) {
    const { code } = known(error)
    // Whoever asks too often would fill the log
    if (code !== 'request.too_many') await context.audit.record(context.access, from, { ...deed, outcome: code })
    throw error
  }
}

/** Of what a backfill would do, asked for with every key in its dialog: nothing is done. */
function isPreview(operation: string, input: Input): boolean {
  return operation === 'backfill.start' && input?.['dryRun'] === true
}

/** What was done to many tasks is a deed for each of them, so that it stands in the history of each. */
function deedsOf(deed: Deed, input: Input, output: unknown): readonly Deed[] {
  if (deed.action !== 'task.change') return [deed]
  const changes = output as readonly { task: number; problem: { code: string } | null }[]
  const verb = String(input?.['action'])
  return changes.map(({ task, problem }) => ({
    action: verb === 'move' ? deed.action : `task.${verb}`,
    subject: String(task),
    outcome: problem?.code ?? 'done',
  }))
}

/**
 * Nouns whose changes commit together with their entry. Signing in counts its attempts also where it fails, and what tries
 * something out waits for other machines (docs/decisions/033-a-change-and-its-entry-are-one.md).
 */
const CHANGED = new Set(
  'source destination task backfill execution alertChannel hub token workspace user setupLink'.split(' '),
)
/** Of these what they do is many changes, each by itself; or the library of accounts makes its own; or nothing of ours is changed. */
const APART = /\.(test|testUnsaved|dryRun\w*)$|^(task\.change|user\.create|user\.disable)$/

function isOneChange(operation: string): boolean {
  const [noun = ''] = operation.split('.')
  return CHANGED.has(noun) && !APART.test(operation)
}

function subjectOf(input: Input): string {
  // What takes a body beside its path carries the names of the path in `params`
  const { name, task, id, email, destination, channel } = (input?.['params'] as Input) ?? input ?? {}
  const subject = name ?? task ?? id ?? email ?? destination ?? channel
  return typeof subject === 'string' || typeof subject === 'number' ? String(subject) : ''
}

/** As the API shows it; undefined when it is not there. */
async function stateOf(operation: string, input: Input, context: RequestContext): Promise<unknown> {
  const { access, sources, destinations, tasks, users, workspaces, definitions, keys, alertChannels } = context
  const [noun] = operation.split('.')
  const name = subjectOf(input)
  const readers: Readonly<Record<string, () => Promise<unknown>>> = {
    source: () => sources.get(access, name),
    destination: () => destinations.get(access, name),
    task: () => tasks.get(access, name),
    workspace: async () => (await workspaces.list(access)).find((one) => one.name === name),
    key: () => keys.list(access),
    alertChannel: () => alertChannels.get(access, name),
    user: () => users.get(access, Number(input?.['id'])),
    hub: () => definitions.show(access, input as unknown as Partial<HubDefinition>),
  }
  return readers[noun ?? '']?.().catch(() => undefined)
}

function doer(
  operation: string,
  { access }: RequestContext,
  output: unknown,
): Pick<typeof access, 'actor' | 'workspaceId'> {
  if (!SIGN_INS.has(operation)) return access
  const { user, workspace } = output as MeView
  if (!user) return access
  return { actor: { kind: 'user', id: user.id, name: user.email }, workspaceId: workspace?.id ?? 0 }
}

import { isDeed } from '@datahub/core/access/deeds'
import type { MeView } from '@datahub/core/api/access-shapes'
import type { DataHubError } from '@datahub/core/error/data-hub-error'
import type { HubDefinition } from '@datahub/core/task/definition'
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
    // What no transaction can hold is written down before it begins: whatever becomes of it, there is no change without an entry
    if (BEGUN.has(operation)) await context.audit.record(context.access, from, { ...deed, outcome: 'begun' })
    const done = await act()
    if (!EACH.has(operation) && !AFTER_CHECKS.has(operation)) await context.audit.record(done.by, from, done.deed)
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

/**
 * Nouns whose changes commit together with their entry. Signing in counts its attempts also where it fails, and what tries
 * something out waits for other machines (docs/decisions/033-a-change-and-its-entry-are-one.md).
 */
const CHANGED = new Set(
  'source destination task backfill execution alertChannel hub token workspace user setupLink'.split(' '),
)
/** Of these nothing of ours is changed. */
const APART = /\.(test|testUnsaved|dryRun\w*)$/
/** Many changes, each of which is one with an entry of its own. */
const EACH = new Set(['task.change'])
/** What they check counts also where it fails: their change, with its entry, is a transaction that begins after that. */
const AFTER_CHECKS = new Set(['session.changePassword'])
/** A key is a file, and what it seals anew are batches. */
const BEGUN = new Set(['key.rotate'])

function isOneChange(operation: string): boolean {
  const [noun = ''] = operation.split('.')
  if (operation === 'session.revoke') return true
  return CHANGED.has(noun) && !APART.test(operation) && !EACH.has(operation)
}

/**
 * One of the many changes of an operation, and its entry: both or neither, whatever becomes of the others. The entry is that
 * of the same change made alone, such as `task.pause`.
 */
export async function auditedEach<Output>(
  action: string,
  subject: string,
  context: RequestContext,
  run: () => Promise<Output>,
  known: (error: unknown) => DataHubError,
): Promise<Output> {
  const look = () => stateOf(action, { task: subject }, context)
  const { access, client, audit } = context
  try {
    return await audit.done(client.from, async () => {
      const before = await look()
      const output = await run()
      return { output, by: access, deed: { action, subject, outcome: 'done', before, after: await look() } }
    })
  } catch (error) {
    await audit.record(access, client.from, { action, subject, outcome: known(error).code })
    throw error
  }
}

/** The change of an operation that has checked what it must, and its entry: both or neither. */
export function auditedAfterChecks(action: string, context: RequestContext, run: () => Promise<void>): Promise<void> {
  const { access, client, audit } = context
  return audit.done(client.from, async () => {
    const output = await run()
    return { output, by: access, deed: { action, subject: '', outcome: 'done' } }
  })
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
    // Whoever is being made has none yet; a question without an id would break the transaction
    user: async () => (input?.['id'] === undefined ? undefined : users.get(access, Number(input['id']))),
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

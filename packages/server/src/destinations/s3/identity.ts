import { DataHubError } from '@datahub/core/error/data-hub-error'
import { partitionOf } from '@datahub/core/destination/regions'
import { S3Client } from '@aws-sdk/client-s3'
import type { EgressPolicy } from '../../foundation/egress.ts'
import type { DestinationWorld } from '../kind.ts'
import { closedConfig, request, type Patience } from './client.ts'
import { elementIn, plainRequest, sendPlain } from './plain-request.ts'
import { stsAddress, type S3Settings } from './settings.ts'

/** Keys that the storage accepts for a while; with permanent ones there is no token and no end. */
interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

/** More is not allowed where the user who assumes the role got his own keys by a role. */
const SESSION_SECONDS = 3600

/**
 * The external ID for the trust policies of roles: made by the hub and never chosen by whoever defines the destination,
 * who could otherwise name somebody else's and write into his bucket.
 */
export function externalIdOf(instanceId: string): string {
  return `datahub-${instanceId}`
}

/**
 * Who writes: the user whose keys were entered, or the role that he assumes. The client asks again five minutes before
 * a session ends, between the parts of an upload as well.
 */
export function identityOf(
  settings: S3Settings,
  instanceId: string,
  egress: EgressPolicy,
  patience: Patience,
): Keys | (() => Promise<Keys>) {
  const user = userOf(settings)
  if (settings.roleArn === undefined) return user
  return () => assumeRole(settings, externalIdOf(instanceId), egress, patience, new AbortController().signal)
}

/** A session of the role. Without `externalId` it should be refused. Fails with `destination.role_refused`, or like any request. */
async function assumeRole(
  settings: S3Settings,
  externalId: string | undefined,
  egress: EgressPolicy,
  patience: Patience,
  signal: AbortSignal,
): Promise<Keys> {
  const client = new S3Client({ ...closedConfig(settings, egress, patience), credentials: userOf(settings) })
  try {
    const doing = `assume the role ${settings.roleArn}`
    const text = await request(doing, signal, patience.answerMs, (abortSignal) =>
      post(client, stsAddress(settings), assumeRoleForm(settings, externalId), abortSignal),
    )
    return keysIn(text, doing)
  } catch (error) {
    const denied = error instanceof DataHubError && error.code === 'destination.access_denied'
    if (!denied) throw error
    throw new DataHubError('destination.role_refused', `assume the role ${settings.roleArn}`, {
      hint: `The trust policy of the role needs ${trustStatement(settings, externalId ?? '')}`,
      facts: error.facts,
    })
  } finally {
    client.destroy()
  }
}

/**
 * Throws unless a session is given out, and only to whom knows the external ID: a role that anybody may assume through
 * our user would let whoever defines a destination here write into its bucket.
 */
export async function requireGuardedRole(
  settings: S3Settings,
  { instanceId, egress }: DestinationWorld,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  const externalId = externalIdOf(instanceId)
  await assumeRole(settings, externalId, egress, patience, signal)
  const open = await assumeRole(settings, undefined, egress, patience, signal).then(
    () => true,
    (error: unknown) => {
      if (error instanceof DataHubError && error.code === 'destination.role_refused') return false
      throw error
    },
  )
  if (!open) return
  throw new DataHubError('destination.role_open', `use the role ${settings.roleArn}`, {
    hint: `Without that condition others can be made to write for you. Its trust policy needs ${trustStatement(settings, externalId)}`,
  })
}

/** What the role's trust policy has to say. Who may assume it is the account's business: we know only the Access Key ID. */
function trustStatement({ region, accessKeyId }: S3Settings, externalId: string): string {
  const principal = `arn:${partitionOf(region)}:iam::<account>:user/<the user of ${accessKeyId}>`
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: principal },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': externalId } },
  }
  return JSON.stringify(statement)
}

function userOf({ accessKeyId, secretAccessKey }: S3Settings): Keys {
  return { accessKeyId, secretAccessKey: secretAccessKey.reveal() }
}

function assumeRoleForm({ roleArn = '' }: S3Settings, externalId: string | undefined): string {
  return new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'datahub',
    DurationSeconds: String(SESSION_SECONDS),
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
  }).toString()
}

/** STS speaks one signed form, not worth another client: the signer and the guarded connections of S3's do. */
async function post(client: S3Client, url: URL, body: string, abortSignal: AbortSignal): Promise<string> {
  const signer = await client.config.signer()
  const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const unsigned = plainRequest('POST', url, form, body)
  const signed = await signer.sign(unsigned, { signingService: 'sts' })
  const { status, text } = await sendPlain(client, { ...unsigned, headers: signed.headers }, abortSignal)
  if (status === 200) return text
  const requestId = elementIn(text, 'RequestId')
  throw Object.assign(new Error('STS refused'), {
    name: elementIn(text, 'Code'),
    $metadata: { httpStatusCode: status, ...(requestId ? { requestId } : {}) },
  })
}

function keysIn(text: string, doing: string): Keys {
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map((name) =>
    elementIn(text, name),
  )
  const expiration = new Date(elementIn(text, 'Expiration') ?? Number.NaN)
  if (!accessKeyId || !secretAccessKey || !sessionToken || Number.isNaN(expiration.getTime())) {
    throw new DataHubError('destination.not_s3', doing)
  }
  return { accessKeyId, secretAccessKey, sessionToken, expiration }
}

import { Agent as HttpAgent, type ClientRequestArgs } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { clearTimeout, setTimeout } from 'node:timers'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { EgressPolicy } from '../../foundation/egress.ts'
import { asDestinationError } from './errors.ts'
import { isAmazon, type S3Settings } from './settings.ts'

/** How long we wait. A request of n bytes has `answerMs` and the time for n bytes at `slowestBytesPerMs`, tries included. */
export interface Patience {
  readonly connectMs: number
  /** Without a byte in either direction. */
  readonly silenceMs: number
  readonly answerMs: number
  readonly slowestBytesPerMs: number
  /** Joining the parts of a large upload takes Amazon minutes. */
  readonly completeMs: number
  readonly tries: number
}

export const PATIENCE: Patience = {
  connectMs: 10_000,
  silenceMs: 60_000,
  answerMs: 120_000,
  slowestBytesPerMs: 64,
  completeMs: 600_000,
  tries: 3,
}

/**
 * The configuration of a client that knows nothing but the settings: every provider that would look into the
 * environment, `~/.aws` or the metadata service of the machine is given a value here, so that the identity of the server
 * is never used for a user. What is missing is whose credentials it acts with.
 */
export function closedConfig(settings: S3Settings, egress: EgressPolicy, patience: Patience): S3ClientConfig {
  return {
    region: settings.region,
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    credentialDefaultProvider: () => () =>
      Promise.reject(new DataHubError('destination.credentials_missing', 'sign in')),
    forcePathStyle: settings.pathStyle,
    ignoreConfiguredEndpointUrls: true,
    followRegionRedirects: false,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    useAccelerateEndpoint: false,
    useArnRegion: false,
    useGlobalEndpoint: false,
    disableMultiregionAccessPoints: true,
    disableS3ExpressSessionAuth: true,
    authSchemePreference: ['sigv4'],
    sigv4aSigningRegionSet: [settings.region],
    defaultsMode: 'standard',
    retryMode: 'standard',
    maxAttempts: patience.tries,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
    userAgentAppId: 'datahub',
    defaultUserAgentProvider: () => Promise.resolve([['datahub', '1']]),
    requestHandler: new NodeHttpHandler({
      httpAgent: guarded(new HttpAgent(agentOptions(egress)), egress),
      httpsAgent: guarded(new HttpsAgent(agentOptions(egress)), egress),
      connectionTimeout: patience.connectMs,
      socketTimeout: patience.silenceMs,
      logger: silent,
    }),
    logger: silent,
  }
}

/** `checksums`: whether writes carry them, which not every store accepts. */
export function openClient(
  settings: S3Settings,
  egress: EgressPolicy,
  patience: Patience,
  credentials: NonNullable<S3ClientConfig['credentials']>,
  checksums: boolean,
): S3Client {
  const client = new S3Client({
    ...closedConfig(settings, egress, patience),
    credentials,
    ...(checksums ? { requestChecksumCalculation: 'WHEN_SUPPORTED' } : {}),
    // Only Amazon is known to give back what it was sent.
    ...(isAmazon(settings) ? { responseChecksumValidation: 'WHEN_SUPPORTED' } : {}),
  })
  client.middlewareStack.remove('recursionDetectionMiddleware')
  return client
}

/**
 * Runs one request. It has `limitMs`, its own tries and the reading of the answer included; afterwards it is
 * `destination.timeout`. Other failures are told by the table of errors; an abort of `signal` is thrown as its reason.
 */
export async function request<T>(
  doing: string,
  signal: AbortSignal,
  limitMs: number,
  send: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  // One signal that goes with the request: those of `any` and `timeout` are looked after for as long as the limit is
  const over = new AbortController()
  const giveUp = () => over.abort()
  signal.addEventListener('abort', giveUp, { once: true })
  const deadline = setTimeout(giveUp, Math.min(limitMs, LONGEST_MS)).unref()
  try {
    return await send(over.signal)
  } catch (error) {
    signal.throwIfAborted()
    if (over.signal.aborted) throw new DataHubError('destination.timeout', doing, { facts: { limitMs } })
    throw asDestinationError(error, doing)
  } finally {
    clearTimeout(deadline)
    signal.removeEventListener('abort', giveUp)
  }
}

/** What a timer can wait for. */
const LONGEST_MS = 2 ** 31 - 1

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

function agentOptions(egress: EgressPolicy) {
  return { keepAlive: true, maxSockets: 32, lookup: egress.lookup('endpoint') }
}

/** The agent with every connection judged, because `lookup` is not asked about literal addresses. */
function guarded<A extends HttpAgent>(agent: A, egress: EgressPolicy): A {
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options: ClientRequestArgs, created) => {
    try {
      egress.admitHost(options.host ?? '', 'endpoint')
    } catch (error) {
      // Without a socket the agent waits for the callback.
      queueMicrotask(() => created?.(error as Error, undefined as never))
      return undefined
    }
    return connect(options, created)
  }
  return agent
}

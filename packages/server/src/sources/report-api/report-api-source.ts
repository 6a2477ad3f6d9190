import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { CheckStep } from '@datahub/core/check/check-step'
import type { Report, Source } from '@datahub/core/source/source'
import { connectGuarded } from '../../foundation/egress.ts'
import { tryEach, type Trial } from '../../foundation/try-each.ts'
import { Deadline } from '../deadline.ts'
import type { SourceWorld } from '../kind.ts'
import { requireReport } from '../require-report.ts'
import { AccessTokens } from './access-tokens.ts'
import { asDownload, download } from './download.ts'
import { explainNetwork } from './errors.ts'
import { planOrders, type Order } from './orders.ts'
import { Pace } from './pace.ts'
import { probe } from './probe.ts'
import { fillText } from './placeholders.ts'
import { toCsv, type ReportFile } from './report-csv.ts'
import { ReportDispatch } from './report-dispatch.ts'
import { ServiceClient } from './service-client.ts'
import type { ReportApiConnection, ReportApiReport } from './settings.ts'
import { hostOf } from './urls.ts'

/** Of this process: whoever opens a source of the same service shares its tokens and its pace. */
const tokens = new AccessTokens()
const pace = new Pace()

/** A service that takes orders for reports, produces them, and lets them be downloaded. */
export function openReportApi(
  kind: string,
  connection: ReportApiConnection,
  reports: readonly ReportApiReport[],
  { egress, refreshTokens }: SourceWorld,
): Source {
  const client = new ServiceClient(connection, egress, tokens, refreshTokens, pace)
  const downloads = new Set<Deadline>()

  async function openFile(
    dispatch: ReportDispatch,
    order: Order,
    signal: AbortSignal,
  ): Promise<ReportFile | undefined> {
    const doing = `download the report ${order.report.table}`
    const { isEmpty, rows } = await asDownload(() => dispatch.find(order, false, signal), doing)
    if (isEmpty) return undefined
    const bytes = download(
      async (range, isFresh, signal) => {
        const { url } = await dispatch.find(order, isFresh, signal)
        const partly = range ? { Range: `bytes=${range.fromByte}-`, 'If-Range': range.etag } : {}
        return requestFile(client, connection, url, dispatch.filling(order), partly, doing, signal)
      },
      doing,
      signal,
    )
    return { bytes, rows }
  }

  return {
    kind,
    grain: connection.grain,

    async reports() {
      return reports.map(describe)
    },

    async dispatch(request, signal, memory) {
      signal.throwIfAborted()
      const wanted = request.tables.map((table) => requireReport(reports, table))
      const orders = planOrders(connection, wanted, request.range, new Date(), memory?.reference === undefined)
      const dispatch = new ReportDispatch(connection, client, request, orders, memory)
      await dispatch.place(signal)
      return dispatch
    },

    async poll(dispatched, signal) {
      return asDispatch(dispatched).poll(signal)
    },

    async read(dispatched, table, caller) {
      const dispatch = asDispatch(dispatched)
      const report = requireReport(reports, table)
      const deadline = new Deadline(connection.deadlineMinutes, 'raise deadlineMinutes, or ask for a smaller range')
      downloads.add(deadline)
      const orders = dispatch.orders.filter((order) => order.report.table === table)
      const signal = AbortSignal.any([caller, deadline.signal])
      const stream = toCsv(connection, report, orders, (order) => openFile(dispatch, order, signal), signal)
      return { ...stream, chunks: until(stream.chunks, deadline, () => downloads.delete(deadline)) }
    },

    check(signal) {
      return check(connection, reports, client, egress, signal)
    },

    async close() {
      for (const deadline of downloads) deadline.clear()
    },
  }
}

function describe({ table, dateColumn, primaryKey }: ReportApiReport): Report {
  return {
    table,
    ...(dateColumn === undefined ? {} : { dateColumn }),
    ...(primaryKey === undefined ? {} : { primaryKey }),
  }
}

function asDispatch(dispatched: unknown): ReportDispatch {
  if (dispatched instanceof ReportDispatch) return dispatched
  throw new TypeError('not dispatched by this source')
}

/** Headers and auth of the service go to the service: to a URL that it names only if asked for, and never elsewhere. */
async function requestFile(
  client: ServiceClient,
  { baseUrl, download: { path, headers, urlNeedsAuth } }: ReportApiConnection,
  url: string | undefined,
  filling: Parameters<typeof fillText>[1],
  range: Readonly<Record<string, string>>,
  doing: string,
  signal: AbortSignal,
) {
  if (path !== undefined) {
    const request = client.prepare({ method: 'GET', path, headers }, filling)
    return client.fetch({ ...request, headers: { ...request.headers, Accept: '*/*', ...range } }, true, doing, signal)
  }
  const target = url ?? ''
  const isOwn = URL.canParse(target) && new URL(target).origin === new URL(baseUrl).origin
  if (urlNeedsAuth && !isOwn) {
    throw new DataHubError('source.egress_blocked', doing, {
      hint: 'The URL leads to another host, which must not get the credentials: leave urlNeedsAuth out.',
    })
  }
  const own = urlNeedsAuth ? client.headersOf(headers, filling) : filled(headers, filling)
  return client.fetch({ method: 'GET', url: target, headers: { ...own, ...range } }, urlNeedsAuth, doing, signal)
}

function filled(headers: Readonly<Record<string, string>>, filling: Parameters<typeof fillText>[1]) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fillText(value, filling)]))
}

async function* until(
  chunks: AsyncIterable<Uint8Array>,
  deadline: Deadline,
  ended: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } finally {
    deadline.clear()
    ended()
  }
}

/**
 * The service is reached, gives a token, and answers what the definition has as a test. No report is asked for: that would
 * cost one, and may take hours.
 */
async function* check(
  connection: ReportApiConnection,
  reports: readonly ReportApiReport[],
  client: ServiceClient,
  egress: SourceWorld['egress'],
  signal: AbortSignal,
): AsyncGenerator<CheckStep> {
  const { baseUrl, auth, test } = connection
  const url = new URL(baseUrl)
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const trials: Trial[] = [
    {
      name: 'reach',
      title: 'Reach the service',
      needs: [],
      async run() {
        const socket = await connectGuarded(egress, hostOf(url), port, 'endpoint', signal).catch((error: unknown) => {
          throw explainNetwork(error, 'reach the service')
        })
        socket.destroy()
        return `${url.hostname} answers on port ${port}.`
      },
    },
    {
      name: 'sign_in',
      title: 'Fetch an access token',
      needs: ['reach'],
      async run() {
        await client.signIn(signal)
        return 'tokenUrl' in auth ? 'The credentials are good for a token.' : 'There is none to fetch.'
      },
    },
    ...(test
      ? [
          {
            name: 'ask',
            title: test.accounts ? 'Find the accounts' : 'Ask the service',
            needs: ['sign_in'],
            run: () => probe(connection, test, client, signal),
          },
        ]
      : []),
    ...reports.map((report) => ({
      name: `report:${report.table}`,
      title: `Describe the report ${report.table}`,
      needs: [],
      run: () =>
        Promise.resolve(`${report.columns.length} columns; whether the service has it, its first delivery tells.`),
    })),
  ]
  yield* tryEach(trials, signal)
}

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'

/**
 * A double of Amazon Ads' reporting API, version 3, that behaves as its documentation says, with the faults that it
 * names: reports take a while and may fail, the same report asked for twice is 425 with the id of the first, too many
 * requests are 429 with Retry-After, URLs and tokens expire. A test sets what is to go wrong.
 */
export interface ReportServiceScript {
  /** The rows of one report. */
  rows(request: DoubleRequest): Record<string, unknown>[]
  /** How often a report is asked after before it is ready. */
  pollsUntilReady: number
  /** So many reports fail from now on. */
  failing: number
  /** So many requests of each kind are refused with 429 and this many seconds. */
  throttled: { create: number; poll: number; seconds: number }
  /** So many requests fail with 500. */
  broken: number
  /** So many token requests are refused, as after the refresh token was revoked. */
  tokenRefusals: number
  /** The profiles that the credentials see. */
  profiles: { profileId: number; timezone: string }[]
  /** The service that the URLs of further pages of profiles lead to; absent: this one. */
  pagesAt: string | undefined
  /** Whether a refresh token is taken once, and another one comes with the answer; the first is `refresh-0`. */
  rotates: boolean
  /** What becomes of an answer to a token request that was taken: `lost` loses it. */
  tokenAnswer: 'given' | 'lost'
  /** So many downloads are cut off after so many bytes. */
  cut: { downloads: number; afterBytes: number }
  /** Whether a download can be taken up again where it broke. */
  hasRanges: boolean
  /** So many downloads find their URL expired. */
  expiredUrls: number
  /** What a download is made of; the default is gzipped JSON. */
  encode(rows: Record<string, unknown>[]): Buffer
  /** What a report's URL is, for tests of what a service must not get away with. */
  urlOf(path: string): string
  /** What is told of the number of rows, if anything. */
  rowCountOf(rows: Record<string, unknown>[]): number | undefined
  /** The id of a report that a request is taken for, although it is another one. */
  takenFor(request: DoubleRequest): string | undefined
  /** What becomes of an answer to a request to create a report that was taken: `lost` loses it. */
  createAnswer: 'given' | 'lost'
}

export interface DoubleRequest {
  readonly profile: string
  readonly startDate: string
  readonly endDate: string
  readonly configuration: { readonly columns?: readonly string[]; readonly reportTypeId?: string }
}

export interface Call {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string | undefined>
  readonly body: string
}

interface StoredReport extends DoubleRequest {
  readonly id: string
  readonly fingerprint: string
  polls: number
  state: 'PENDING' | 'PROCESSING' | 'COMPLETED' | 'FAILED'
}

export class ReportServiceDouble implements AsyncDisposable {
  readonly script: ReportServiceScript = {
    rows: () => [],
    pollsUntilReady: 2,
    failing: 0,
    throttled: { create: 0, poll: 0, seconds: 1 },
    broken: 0,
    tokenRefusals: 0,
    profiles: [1001, 1002].map((profileId) => ({ profileId, timezone: 'UTC' })),
    pagesAt: undefined,
    rotates: false,
    tokenAnswer: 'given',
    cut: { downloads: 0, afterBytes: 0 },
    hasRanges: true,
    expiredUrls: 0,
    encode: (rows) => gzipSync(JSON.stringify(rows)),
    urlOf: (path) => `${this.url}${path}`,
    rowCountOf: () => undefined,
    takenFor: () => undefined,
    createAnswer: 'given',
  }
  readonly calls: Call[] = []
  readonly reports: StoredReport[] = []
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy())
  })
  readonly #sockets = new Set<Socket>()
  #token = 0
  #refreshed = 0

  static async start(): Promise<ReportServiceDouble> {
    const double = new ReportServiceDouble()
    double.#server.on('connection', (socket) => {
      double.#sockets.add(socket)
      socket.on('close', () => double.#sockets.delete(socket))
    })
    double.#server.listen(0, '127.0.0.1')
    await once(double.#server, 'listening')
    return double
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get open(): number {
    return this.#sockets.size
  }

  /** Every token that was given out is good no more. */
  expireTokens(): void {
    this.#token += 1
  }

  callsTo(path: string, method?: string): Call[] {
    return this.calls.filter((call) => call.path.startsWith(path) && (method === undefined || call.method === method))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const path = request.url ?? ''
    const headers = request.headers as Record<string, string | undefined>
    this.calls.push({ method: request.method ?? '', path, headers, body })
    if (this.script.broken > 0) {
      this.script.broken -= 1
      return json(response, 500, { code: 'INTERNAL', details: `secret of ${headers['authorization']}` })
    }
    if (path === '/auth/o2/token') return this.#giveToken(body, response)
    if (path.startsWith('/files/')) return this.#download(path, request, response)
    if (headers['authorization'] !== `Bearer token-${this.#token}`)
      return json(response, 401, { code: 'UNAUTHORIZED', details: 'Not authorized to access this advertiser' })
    if (path === '/v2/profiles') return json(response, 200, this.script.profiles)
    if (path.startsWith('/v2/paged?')) return json(response, 200, this.#pageOfProfiles(path))
    if (request.method === 'POST') return this.#create(headers, body, response)
    return this.#poll(path, response)
  }

  /** `size` of them from `after` on, and the next page by its token, its path and its URL. */
  #pageOfProfiles(path: string) {
    const { searchParams } = new URL(path, this.url)
    const [size, after] = ['size', 'after'].map((name) => Number(searchParams.get(name) ?? 0)) as [number, number]
    const items = this.script.profiles.slice(after, after + size)
    const end = after + size
    if (end >= this.script.profiles.length) return { items, paging: { token: null } }
    const next = `/v2/paged?size=${size}&after=${end}`
    return { items, paging: { token: end, path: next, url: `${this.script.pagesAt ?? this.url}${next}` } }
  }

  #giveToken(body: string, response: ServerResponse): void {
    const form = new URLSearchParams(body)
    if (this.script.tokenRefusals > 0 || form.get('client_secret') !== 'client-secret') {
      this.script.tokenRefusals -= 1
      return json(response, 400, { error: 'invalid_grant', error_description: 'The request has an invalid grant' })
    }
    const answer = { access_token: `token-${this.#token}`, token_type: 'bearer', expires_in: 3600 }
    if (!this.script.rotates) return json(response, 200, answer)
    if (form.get('refresh_token') !== `refresh-${this.#refreshed}`)
      return json(response, 400, { error: 'invalid_grant' })
    this.#refreshed += 1
    if (this.script.tokenAnswer === 'given')
      return json(response, 200, { ...answer, refresh_token: `refresh-${this.#refreshed}` })
    this.script.tokenAnswer = 'given'
    response.destroy()
  }

  #create(headers: Record<string, string | undefined>, body: string, response: ServerResponse): void {
    const { throttled } = this.script
    if (throttled.create > 0) {
      throttled.create -= 1
      return json(response, 429, { code: '429', details: 'Too many requests' }, { 'Retry-After': throttled.seconds })
    }
    const request = JSON.parse(body) as Omit<DoubleRequest, 'profile'>
    if (!/^(sp|sb|sd)[A-Z]/.test(request.configuration.reportTypeId ?? ''))
      return json(response, 400, { code: '400', detail: `configuration reportTypeId is not supported: ${body}` })
    const profile = headers['amazon-advertising-api-scope'] ?? ''
    const fingerprint = JSON.stringify([profile, request.startDate, request.endDate, request.configuration])
    const same = this.reports.find(
      (report) => report.fingerprint === fingerprint && ['PENDING', 'PROCESSING'].includes(report.state),
    )
    const takenFor = same?.id ?? this.script.takenFor({ profile, ...request })
    if (takenFor) return json(response, 425, { code: '425', detail: `The Request is a duplicate of : ${takenFor}` })
    const id = `00000000-0000-4000-8000-${String(this.reports.length + 1).padStart(12, '0')}`
    const report: StoredReport = { id, profile, ...request, fingerprint, polls: 0, state: 'PENDING' }
    this.reports.push(report)
    if (this.script.createAnswer === 'lost') {
      this.script.createAnswer = 'given'
      response.destroy()
      return
    }
    json(response, 200, this.#view(report))
  }

  #poll(path: string, response: ServerResponse): void {
    const { throttled } = this.script
    if (throttled.poll > 0) {
      throttled.poll -= 1
      return json(response, 429, { code: '429', details: 'Too many requests' }, { 'Retry-After': throttled.seconds })
    }
    const report = this.reports.find(({ id }) => path === `/reporting/reports/${id}`)
    if (!report) return json(response, 404, { code: '404', detail: 'Report not found' })
    report.polls += 1
    if (report.state === 'PENDING') report.state = 'PROCESSING'
    if (report.polls >= this.script.pollsUntilReady && report.state === 'PROCESSING') {
      report.state = this.script.failing > 0 ? 'FAILED' : 'COMPLETED'
      this.script.failing = Math.max(0, this.script.failing - 1)
    }
    json(response, 200, this.#view(report))
  }

  #view({ id, state, startDate, endDate, configuration, profile }: StoredReport) {
    const isDone = state === 'COMPLETED'
    const rows = isDone ? this.script.rows({ startDate, endDate, configuration, profile }) : []
    return {
      reportId: id,
      status: state,
      startDate,
      endDate,
      configuration: { filters: null, ...configuration },
      failureReason: state === 'FAILED' ? 'Internal failure' : null,
      url: isDone ? this.script.urlOf(`/files/${id}?signature=${this.calls.length}`) : null,
      urlExpiresAt: null,
      rowCount: this.script.rowCountOf(rows),
    }
  }

  #download(path: string, request: IncomingMessage, response: ServerResponse): void {
    const { script } = this
    // As S3 does: a presigned URL and an Authorization header are one mechanism too many
    if (request.headers['authorization'] !== undefined) return json(response, 400, { code: 'InvalidArgument' })
    if (script.expiredUrls > 0) {
      script.expiredUrls -= 1
      return json(response, 403, { code: 'AccessDenied', message: 'Request has expired' })
    }
    const report = this.reports.find(({ id }) => path.startsWith(`/files/${id}?`))
    if (!report) return json(response, 404, {})
    const bytes = script.encode(script.rows(report))
    const etag = `"${report.id}"`
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const isPart = script.hasRanges && from > 0 && request.headers['if-range'] === etag
    const rest = isPart ? bytes.subarray(from) : bytes
    response.writeHead(isPart ? 206 : 200, {
      'Content-Length': rest.length,
      ...(script.hasRanges ? { 'Accept-Ranges': 'bytes', ETag: etag } : {}),
      ...(isPart ? { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
    })
    if (script.cut.downloads <= 0) {
      response.end(rest)
      return
    }
    script.cut.downloads -= 1
    response.write(rest.subarray(0, script.cut.afterBytes), () => response.destroy())
  }
}

function json(response: ServerResponse, status: number, body: object, headers: Record<string, number> = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

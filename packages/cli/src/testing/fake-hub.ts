import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export interface Reply {
  readonly status?: number
  readonly type?: string
  readonly body?: unknown
}

/** A server on a free port that answers `GET /tasks` and the like as told, in turn where there are several answers. */
export async function fakeHub(
  answers: Record<string, Reply | readonly Reply[]>,
): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const turns = new Map<string, number>()
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const text = (await buffer(request)).toString()
    const path = (request.url ?? '').replace('/api/v1', '')
    const { method = '' } = request
    asked.push({ method, path, headers: request.headers, body: text ? JSON.parse(text) : undefined })
    const key = `${method} ${path.split('?')[0]}`
    const answer = answers[key]
    const turn = turns.get(key) ?? 0
    turns.set(key, turn + 1)
    const reply: Reply | undefined = Array.isArray(answer)
      ? answer[Math.min(turn, answer.length - 1)]
      : (answer as Reply)
    const { status = 200, type = 'application/json', body = {} } = reply ?? { status: 404, body: notFound }
    response.writeHead(status, { 'content-type': type })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
  const server = createServer((request, response) => void respond(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

/** The address of nobody: a port that was free a moment ago. */
export async function nobodysUrl(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

const notFound = {
  type: 'urn:datahub:error:request.not_found',
  title: 'there is no such thing',
  status: 404,
  detail: 'Could not find it: there is no such thing.',
  code: 'request.not_found',
  cure: 'List what there is and check the name or id.',
  errors: [],
  facts: {},
}

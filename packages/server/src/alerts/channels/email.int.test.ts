import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { SMTPServer } from 'smtp-server'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openEgress } from '../../foundation/egress.ts'
import { testNotice } from '../notice.ts'
import { sendBy } from './index.ts'

type Options = ConstructorParameters<typeof SMTPServer>[0]

const egress = openEgress(['127.0.0.1', '::1'], 'alert')
const notice = testNotice({ workspace: '数据组', at: new Date(), consoleUrl: 'https://hub.example.com' })
const servers: SMTPServer[] = []
let folder: string
let pair: { key: Buffer; cert: Buffer }

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'datahub-smtp-'))
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')]
  const subject = ['-nodes', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  pair = { key: readFileSync(key), cert: readFileSync(cert) }
})

afterAll(() => rmSync(folder, { recursive: true }))

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise<void>((resolve) => server.close(resolve))
})

interface Mail {
  readonly from: string
  readonly to: string[]
  readonly text: string
  readonly secure: boolean
  readonly user: string | undefined
}

/** A real SMTP server; `mails` is what was delivered. */
async function smtp(options: Options = {}): Promise<{ port: number; mails: Mail[] }> {
  const mails: Mail[] = []
  const server = new SMTPServer({
    authOptional: true,
    ...pair,
    onAuth: ({ username, password }, _session, answer) =>
      username === 'hub' && password === 'right'
        ? answer(null, { user: 'hub' })
        : answer(Object.assign(new Error('Authentication failed'), { responseCode: 535 })),
    onData(stream, session, answer) {
      const pieces: Buffer[] = []
      stream.on('data', (piece: Buffer) => pieces.push(piece))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(pieces).toString('utf8'),
          secure: session.secure,
          user: typeof session.user === 'string' ? session.user : undefined,
        })
        answer(null, 'queued as 4Z')
      })
    },
    ...options,
  })
  server.on('error', () => {})
  servers.push(server)
  server.listen(0, 'localhost')
  await once(server.server, 'listening')
  return { port: (server.server.address() as AddressInfo).port, mails }
}

function send(port: number, more: object = {}): Promise<string> {
  const settings = {
    host: 'localhost',
    port,
    security: 'starttls',
    from: 'hub@example.com',
    to: ['ada@example.com', 'bo@example.com'],
    ...more,
  }
  const message = { id: '0b8f', notice, language: 'zh' as const, at: new Date() }
  return sendBy('email', settings, message, { egress, signal: AbortSignal.timeout(8000) })
}

async function trusting<Result>(run: () => Promise<Result>): Promise<Result> {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, pair.cert.toString()])
  try {
    return await run()
  } finally {
    setDefaultCACertificates(before)
  }
}

test.each(['starttls', 'tls'] as const)('%s: encrypted, signed in, and by an id that stays', async (security) => {
  const { port, mails } = await smtp(security === 'tls' ? { secure: true } : {})
  const answer = await trusting(() => send(port, { security, user: 'hub', password: 'right' }))
  expect(answer).toContain('queued as 4Z')
  const [mail] = mails
  expect(mail).toMatchObject({
    from: 'hub@example.com',
    to: ['ada@example.com', 'bo@example.com'],
    secure: true,
    user: 'hub',
  })
  expect(mail?.text).toContain('Message-ID: <0b8f@datahub>')
  expect(mail?.text).toContain('Auto-Submitted: auto-generated')
  expect(mail?.text).toMatch(/Subject: =\?UTF-8\?/)
  const [, body = ''] = (mail?.text ?? '').split('\r\n\r\n')
  expect(Buffer.from(body, 'base64').toString('utf8')).toContain(
    '工作区：数据组\n查看 https://hub.example.com/settings?tab=alerts',
  )
})

test('a certificate that nobody has vouched for is refused, and says so', async () => {
  const { port, mails } = await smtp()
  await expect(send(port)).rejects.toMatchObject({ code: 'alert.tls' })
  await expect(send((await smtp({ secure: true })).port, { security: 'tls' })).rejects.toMatchObject({
    code: 'alert.tls',
  })
  expect(mails).toEqual([])
})

test('where the server offers no encryption, no password goes over the wire', async () => {
  let asked = 0
  const { port, mails } = await smtp({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (_auth, _session, answer) => {
      asked += 1
      answer(null, { user: 'hub' })
    },
  })
  await expect(send(port, { user: 'hub', password: 'right' })).rejects.toMatchObject({ code: 'alert.tls' })
  expect([asked, mails]).toEqual([0, []])
  await send(port, { security: 'none' })
  expect(mails).toHaveLength(1)
})

test('a wrong password and a refused receiver are told apart, in the words of the server and without the password', async () => {
  const { port } = await smtp({
    onRcptTo: ({ address }, _session, answer) =>
      answer(address.startsWith('bo') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null),
  })
  const wrong = await trusting(() => send(port, { user: 'hub', password: 'canary' })).catch((error: unknown) => error)
  expect(wrong).toMatchObject({
    code: 'alert.sign_in_refused',
    facts: { status: 535, answer: '535 Authentication failed' },
  })
  expect(JSON.stringify([wrong, String(wrong)])).not.toContain('canary')
  const refused = trusting(() => send(port, { to: ['bo@example.com'] }))
  await expect(refused).rejects.toMatchObject({
    code: 'alert.refused',
    facts: { status: 550, answer: '550 no such user' },
  })
})

test('a name cannot break out of the headers', async () => {
  const { port, mails } = await smtp({ disabledCommands: ['STARTTLS'] })
  const tasks = [{ id: 1, name: 'x\r\nBcc: eve@example.com\r\n\r\nhello', execution: null }]
  const message = {
    id: '1',
    notice: { ...notice, event: 'raised' as const, tasks, taskCount: 1 },
    language: 'en' as const,
    at: new Date(),
  }
  const settings = { host: 'localhost', port, security: 'none', from: 'hub@example.com', to: ['ada@example.com'] }
  await sendBy('email', settings, message, { egress, signal: AbortSignal.timeout(8000) })
  expect(mails[0]?.to).toEqual(['ada@example.com'])
  expect(mails[0]?.text).not.toMatch(/^Bcc:/m)
})

test('R35: a mail server on this machine is not reached unless the operator allows it', async () => {
  const { port, mails } = await smtp({ disabledCommands: ['STARTTLS'] })
  const message = { id: '1', notice, language: 'en' as const, at: new Date() }
  const settings = { host: 'localhost', port, security: 'none', from: 'hub@example.com', to: ['ada@example.com'] }
  const world = { egress: openEgress([], 'alert'), signal: AbortSignal.timeout(8000) }
  await expect(sendBy('email', settings, message, world)).rejects.toMatchObject({ code: 'alert.egress_blocked' })
  expect(mails).toEqual([])
})

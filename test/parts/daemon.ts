import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/** A program that runs in the background until it is stopped. */
export interface Daemon {
  /** Rejects as soon as the program has ended by itself, with the end of its log. */
  readonly failed: Promise<never>
  stop(): Promise<void>
}

export interface DaemonOptions {
  logPath: string
  /** How to ask it to end; it is killed when it has not done so within 5 s. */
  stopSignal: NodeJS.Signals
  /** Who it runs as, where that is not the caller. */
  runAs?: UnixUser | undefined
}

export interface UnixUser {
  uid: number
  gid: number
}

/** Starts a program in a process group of its own, so that a Ctrl-C at the terminal leaves it to be stopped in order. */
export function startDaemon(command: string, args: readonly string[], options: DaemonOptions): Daemon {
  const log = openSync(options.logPath, 'a')
  const child = spawn(command, args, { stdio: ['ignore', log, log], detached: true, ...options.runAs })
  closeSync(log)
  let stopping = false
  const ended = new Promise<Error>((resolve) => {
    child.once('error', resolve)
    child.once('exit', (code, signal) => {
      resolve(new Error(`${command} ended with ${signal ?? code}:\n${logTail(options.logPath)}`))
    })
  })
  const failed = ended.then((error) => (stopping ? new Promise<never>(() => {}) : Promise.reject(error)))
  // Who waits for the daemon to become ready looks at `failed`; later on, the tests that use it will notice.
  failed.catch(() => {})
  async function stop() {
    stopping = true
    child.kill(options.stopSignal)
    const killer = setTimeout(() => child.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(killer)
  }
  return { failed, stop }
}

function logTail(path: string): string {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-15).join('\n')
}

/** Runs a program to its end and gives back its stdout; rejects with its stderr in the message when it fails. */
export async function runOnce(command: string, args: readonly string[], runAs?: UnixUser): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { ...runAs, maxBuffer: 16 * 1024 * 1024 })
  return stdout
}

/** Asks again and again until the answer is true; rejects after `timeoutMs` or when the daemon has ended. */
export async function waitUntil(isReady: () => Promise<boolean>, daemon: Daemon, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await Promise.race([isReady(), daemon.failed]))) {
    if (Date.now() > deadline) throw new Error(`Not ready after ${timeoutMs / 1000} s.`)
    await sleep(50)
  }
}

/** A port of 127.0.0.1 that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Servers refuse to run as root: the first of these users that there is, undefined when the caller is not root. */
export function unprivilegedUser(server: string, names: readonly string[]): UnixUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of names) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error(`${server} refuses to run as root, and /etc/passwd has none of ${names.join(', ')} to run it as.`)
}

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { whenNpmEnds } from './npm-shell.mjs'

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']

/** Runs a program in this one's place: same terminal, signals passed on, and in the end the same exit code or signal. */
export async function replaceWith(command, args, env) {
  const child = spawn(command, args, { stdio: 'inherit', env })
  const stopPassing = passSignals(child)
  whenNpmEnds(() => child.kill('SIGTERM'))
  const { code, signal } = await ending(child)
  stopPassing()
  // Dying by the same signal, so that a shell or a supervisor sees what really happened.
  if (signal) process.kill(process.pid, signal)
  process.exitCode = code ?? 1
}

/**
 * Runs a program and gives back its stdout; when it fails, throws the error that `failure` makes of its output.
 * `onStart` is called with the process id.
 */
export async function capture(command, args, { onStart, ...options }, failure) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  if (child.pid !== undefined) onStart?.(child.pid)
  const stopPassing = passSignals(child)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const { code, signal } = await ending(child).catch((error) => ({ code: error.code, signal: null }))
  const interruptedBy = stopPassing()
  // Interrupted from outside: end here, by way of the exit handlers, rather than tell of a failure that was none.
  if (interruptedBy !== undefined) process.exit(128 + constants.signals[interruptedBy])
  if (code !== 0) throw failure(`${stdout}\n${stderr}`, code ?? signal)
  return stdout
}

function ending(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
}

/** Passes signals on until the returned function is called, which tells the last signal that arrived, if any. */
function passSignals(child) {
  // Ctrl-C at a terminal reaches the whole foreground group, the child included; passed on, it would arrive twice.
  const atTerminal = process.stdin.isTTY
  let last
  const pass = (signal) => {
    last = signal
    if (signal !== 'SIGINT' || !atTerminal) child.kill(signal)
  }
  passedOn.forEach((signal) => process.on(signal, pass))
  return () => {
    passedOn.forEach((signal) => process.off(signal, pass))
    return last
  }
}

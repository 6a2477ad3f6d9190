import { EXIT } from '@datahub/core/error/codes'
import { CommanderError, type Command } from 'commander'
import { reportError } from './error-report.ts'
import { Exit } from './exit-code.ts'
import { asProblemError, usageError } from './problem.ts'
import { buildProgram } from './program.ts'
import type { World } from './world.ts'

/** Runs one command line and says how it ended, as an exit code. Never throws. */
export async function run(args: readonly string[], world: World): Promise<number> {
  const program = buildProgram(world)
  if (args.length === 0) {
    program.outputHelp()
    return EXIT.ok
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return EXIT.ok
  } catch (thrown) {
    if (thrown instanceof Exit) return thrown.exitCode
    if (world.interrupted.aborted) return EXIT.interrupted
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.ok
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') return EXIT.usage
    const error = asProblemError(thrown instanceof CommanderError ? misuse(thrown, program, args) : thrown)
    reportError(error, world, wantsJson(args))
    return error.exitCode
  }
}

/** Not from the parsed options: what could not be parsed has to be reported too. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return (end < 0 ? args : args.slice(0, end)).includes('--json')
}

/** Commander's `error: unknown option '--foo'\n(Did you mean --bar?)` in our form. */
function misuse(error: CommanderError, program: Command, args: readonly string[]): Error {
  const [sentence = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  const words = sentence.charAt(0).toUpperCase() + sentence.slice(1).replace(/\.$/, '')
  const help = `${commandPath(program, args)} --help`
  const meant = suggestion?.replace(/^\(|\)$/g, '')
  return usageError(`${words}.`, meant ? `${meant} See: ${help}` : help)
}

/** `datahub task run`, as far as the arguments name commands. */
function commandPath(program: Command, args: readonly string[]): string {
  let command = program
  const names = [program.name()]
  for (const arg of args) {
    const next = command.commands.find((child) => child.name() === arg)
    if (!next) continue
    command = next
    names.push(next.name())
  }
  return names.join(' ')
}

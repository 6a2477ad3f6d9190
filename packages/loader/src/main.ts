import { CommanderError } from 'commander'
import { EXIT } from '@datahub/core/error/codes'
import { buildProgram } from './cli/program.ts'
import { reportError } from './cli/report-error.ts'

const interruption = new AbortController()
// Once: the package under way is finished; a second Ctrl-C ends the process, which loses nothing either.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort())

// A reader that has seen enough, such as `head`, is no reason to complain.
process.stdout.on('error', () => {})

const program = buildProgram(interruption.signal)
for (const command of [program, ...program.commands]) command.exitOverride()
try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
  else process.exitCode = reportError(error, process.argv.includes('--json'))
}

import type { Command } from 'commander'

/** A command line and what it is for. */
export type Example = readonly [line: string, why: string]

/** Adds the examples at the end of a command's help. */
export function withExamples(command: Command, examples: readonly Example[]): Command {
  const lines = examples.map(([line, why]) => `  # ${why}\n  $ ${line}`)
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n\n')}`)
}

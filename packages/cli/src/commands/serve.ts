import { Command } from 'commander'
import { asWholeNumber } from '../arguments.ts'
import { Exit } from '../exit-code.ts'
import { withExamples } from '../help.ts'

interface Options {
  readonly services?: string
  readonly port?: number
  readonly host?: string
}

const SETTINGS_HELP = `
Settings come from the environment (docs/070-operate.md), among them:
  DATAHUB_DATA_DIR      the database, keys and staged packages (default: .datahub)
  DATABASE_URL          any PostgreSQL from 13 on, instead of the embedded one
  DATAHUB_EGRESS_ALLOW  CIDRs that endpoints may have although they are local`

/** The one command that runs the hub itself instead of asking one, so it loads the server, and only when it is run. */
export function serve(): Command {
  const command = new Command('serve')
    .summary('Run the hub')
    .description(
      'Run the hub in this process until it is stopped with Ctrl-C or SIGTERM, which lets it finish its work.',
    )
    .option(
      '--services <list>',
      'only these, with commas: api,dispatcher,worker,rescuer,cleaner (default: DATAHUB_SERVICES or all)',
    )
    .option('--port <number>', 'where the API listens (default: DATAHUB_PORT or 8420)', asWholeNumber(0, 65_535))
    .option('--host <host>', 'on which address (default: DATAHUB_HOST or 127.0.0.1)')
    .addHelpText('after', SETTINGS_HELP)
    .action(async ({ services, port, host }: Options) => {
      const server = await import('@datahub/server/main')
      const exitCode = await server.serve({
        ...(services === undefined ? {} : { services: services.split(',').map((name) => name.trim()) }),
        ...(port === undefined ? {} : { port }),
        ...(host === undefined ? {} : { host }),
      })
      throw new Exit(exitCode)
    })
  return withExamples(command, [
    ['datahub serve', 'everything in one process, with its own database'],
    ['DATABASE_URL=postgres://… datahub serve --services=worker,cleaner', 'one more worker on a shared database'],
  ])
}

import { setTimeout as sleep } from 'node:timers/promises'
import { Command, Option } from 'commander'
import { EXIT } from '@datahub/core/error/codes'
import { loadTask, reloadPackage, reloadRefused, type LoadReport } from '../load-task.ts'
import type { LoadTaskOptions } from '../session.ts'
import { bucketName, isFolder } from '../bucket/open-bucket.ts'
import { LoaderError } from '../problem.ts'
import { newestTables } from '../recipes/newest-tables.ts'
import { recipe, RECIPES, type RecipeKind } from '../recipes/recipe.ts'
import { MODES } from '../tables/table-mapping.ts'
import { TARGET_URLS } from '../targets/open-target.ts'
import { taskStatus } from '../task-status.ts'
import { verifyTask } from '../verify-task.ts'
import { usage } from './config-file.ts'
import { durationOf, readOptions, type Flags } from './options.ts'
import { reportError } from './report-error.ts'
import { progressLine, reportText, statusText, verifiedText, visible } from './show.ts'

const EXAMPLES = `
Examples:
  $ datahub-loader load --bucket company-xnurta-data --region us-east-1 --task 161 --into postgres://me@localhost/reports
  $ datahub-loader load --bucket ./bucket --task 161 --into sqlite:reports.db --dry-run
  $ datahub-loader load --config loader.yaml --watch 5m
  $ datahub-loader status --bucket company-xnurta-data --task 161 --into mysql://me@localhost/reports
  $ datahub-loader reload market_insight_161_20250826_0000000042.zip --config loader.yaml --task 161
  $ datahub-loader reload --refused --config loader.yaml
  $ datahub-loader recipes snowflake --bucket company-xnurta-data --task 161

Databases:
  ${TARGET_URLS.join('\n  ')}

Credentials of the bucket come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or else from the profile or role of this machine.

Exit codes:
  ${EXIT.ok}    done, also when there was nothing to do
  ${EXIT.failed}    a package was refused, a count is wrong, or the bucket or the database failed
  ${EXIT.usage}    wrong usage: an option, a file or a value is not valid
  ${EXIT.unauthorized}    the bucket does not let us in
  ${EXIT.notFound}    there is no such bucket
  ${EXIT.unreachable}    the bucket or the database cannot be reached
  ${EXIT.interrupted}  interrupted with Ctrl-C; what was committed stays
`

/** The whole command line. Ends by setting the process's exit code. */
export function buildProgram(interrupted: AbortSignal): Command {
  const program = new Command('datahub-loader')
    .description('Loads Data Hub packages from a bucket into a database, each exactly once.')
    .version('0.1.0')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(datahub-loader --help shows examples)')

  loading(common(program.command('load').description('Load every package that has not been loaded, oldest first.')))
    .option('--watch <time>', 'do so again every 90s, 5m or 1h until interrupted')
    .option('--dry-run', 'say what would be loaded, and change nothing')
    .action(load)
  common(program.command('status').description('Say what is loaded, pending and refused, and for how long.')).action(
    (flags: Flags & { json?: boolean }) => each(flags, taskStatus, statusText),
  )
  common(program.command('verify').description('Count the rows in the tables against the manifests.')).action(
    (flags: Flags & { json?: boolean }) =>
      each(flags, verifyTask, verifiedText, (tables) => tables.every(({ isRight }) => isRight)),
  )
  loading(
    common(
      program
        .command('reload [package]')
        .description('Load one package again, loaded or refused, without doubling a row; or all that were refused.'),
    ),
  )
    .option('--refused', 'every package that was refused, once its cause is mended')
    .action((packageName: string | undefined, flags: Flags & { json?: boolean; refused?: boolean }) => {
      if ((packageName === undefined) === (flags.refused !== true))
        throw usage(
          packageName === undefined ? 'No package is given.' : 'A package and --refused are given.',
          'Write the name of a package, or --refused for all that were refused.',
        )
      const onEvent = flags.json ? undefined : progressLine()
      return each(
        flags,
        (options) =>
          packageName === undefined
            ? reloadRefused({ ...options, onEvent, signal: interrupted })
            : reloadPackage({ ...options, onEvent }, packageName),
        (report) => reportText(report, false),
        ({ refused }) => refused === 0,
      )
    })
  common(
    program
      .command('recipes')
      .description("Ready text for a warehouse, with this task's own names.")
      .argument('<warehouse>', RECIPES.join(', ')),
    false,
  ).action(async (warehouse: string, flags: Flags) => {
    const kind = RECIPES.find((one) => one === warehouse)
    if (kind === undefined)
      throw usage(`There is no recipe for ${JSON.stringify(warehouse)}.`, `Ask for one of ${RECIPES.join(', ')}.`)
    for (const options of await readOptions({ ...flags, into: flags.into ?? 'none:' }, process.env))
      await printRecipe(kind, options)
  })
  return program

  async function load(flags: Flags & { watch?: string; json?: boolean }): Promise<void> {
    const everyMs = flags.watch === undefined ? undefined : durationOf(flags.watch)
    const tasks = await readOptions(flags, process.env)
    const round = async () => {
      let refused = 0
      for (const options of tasks) refused += await loadOnce(options, flags, everyMs !== undefined)
      process.exitCode = refused > 0 ? EXIT.failed : EXIT.ok
    }
    await round()
    if (everyMs === undefined) {
      if (interrupted.aborted) process.exitCode = EXIT.interrupted
      return
    }
    while (!interrupted.aborted) {
      await sleep(everyMs, undefined, { signal: interrupted }).catch(() => {})
      if (!interrupted.aborted) await round()
    }
    // Told to end, it has done what it should, whatever the last packages were.
    process.exitCode = EXIT.ok
  }

  /** Gives back how many packages were refused. While watching, what fails now is tried again next time. */
  async function loadOnce(
    options: LoadTaskOptions,
    flags: { json?: boolean; dryRun?: boolean },
    isWatching: boolean,
  ): Promise<number> {
    if (interrupted.aborted) return 0
    const progress = flags.json ? undefined : progressLine()
    const report = await loadTask({
      ...options,
      signal: interrupted,
      onEvent: progress,
    }).catch((error: unknown) => {
      if (!isWatching || (error instanceof LoaderError && error.exitCode === EXIT.usage)) throw error
      reportError(error, flags.json === true)
      return undefined
    })
    if (report === undefined || (isWatching && report.packages.length === 0)) return 0
    if (flags.json !== true) for (const note of report.notes) process.stderr.write(`Note: ${visible(note)}\n`)
    print(report, flags.json === true, (one) => reportText(one, flags.dryRun === true))
    return report.refused
  }
}

async function each<T extends LoadReport | object>(
  flags: Flags & { json?: boolean },
  work: (options: LoadTaskOptions) => Promise<T>,
  text: (result: T) => string,
  isGood: (result: T) => boolean = () => true,
): Promise<void> {
  for (const options of await readOptions(flags, process.env)) {
    const result = await work(options)
    print(result, flags.json === true, text)
    if (!isGood(result)) process.exitCode = EXIT.failed
  }
}

async function printRecipe(kind: RecipeKind, options: LoadTaskOptions): Promise<void> {
  const { bucket, prefix = '', region = 'us-east-1', endpoint, taskId } = options
  const tables = await newestTables(options)
  // No warehouse reads a folder of this machine: its packages are of a bucket that the reader knows.
  const name = isFolder(bucket) ? 'YOUR_BUCKET' : bucketName(bucket)
  process.stdout.write(recipe(kind, { bucket: name, prefix, region, endpoint, taskId, tables }))
}

function print<T>(result: T, json: boolean, text: (result: T) => string): void {
  process.stdout.write(`${json ? JSON.stringify(result) : text(result)}\n`)
}

/** How packages are loaded, first or once more. */
function loading(command: Command): Command {
  return command
    .addOption(new Option('--mode <mode>', 'instead of what the manifest suggests').choices(MODES))
    .option('--mapping <file>', 'YAML: tables, columns and modes other than the names in the package say')
    .option('--work-folder <path>', 'where downloads are kept while they are loaded')
    .option('--max-content <size>', 'refuse packages with more content than this, such as 100GB; 512GB when absent')
}

function common(command: Command, withDatabase = true): Command {
  command
    .option('--config <file>', 'YAML with many tasks, and anything below')
    .option('--bucket <name>', 'a bucket of S3, or a folder such as ./bucket')
    .option('--prefix <prefix>', 'what stands before reports/ in the bucket')
    .option('--region <region>', 'of the bucket; AWS_REGION when absent')
    .option('--endpoint <url>', 'of an S3-compatible store')
    .option('--path-style', 'the bucket in the path, as most S3-compatible stores want it (default with --endpoint)')
    .option('--task <id>', 'the task; with --config one of its tasks')
  if (withDatabase)
    command
      .option('--into <database>', 'where the rows go; DATAHUB_LOADER_INTO when absent')
      .option('--json', 'the result as JSON, one line per task')
  return command
}

import { Command, type Option } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { addChannel } from './commands/alert/add-channel.ts'
import { listChannels, removeChannel, rotateChannel, showChannel } from './commands/alert/channels.ts'
import { listAlerts } from './commands/alert/list.ts'
import { testChannel } from './commands/alert/test-channel.ts'
import { applyFile } from './commands/apply.ts'
import { listAudit } from './commands/audit/list.ts'
import { verifyAudit } from './commands/audit/verify.ts'
import { cancelBackfill, pauseBackfill, resumeBackfill, retryBackfill } from './commands/backfill/change.ts'
import { listBackfills } from './commands/backfill/list.ts'
import { showBackfill } from './commands/backfill/show.ts'
import { startBackfill } from './commands/backfill/start.ts'
import { watchBackfill } from './commands/backfill/watch.ts'
import { listDestinations } from './commands/destination/list.ts'
import { printPolicy } from './commands/destination/policy.ts'
import { removeDestination } from './commands/destination/remove.ts'
import { listSetupLinks, makeSetupLink, revokeSetupLink } from './commands/destination/setup-link.ts'
import { showDestination } from './commands/destination/show.ts'
import { testDestination } from './commands/destination/test.ts'
import { doctor } from './commands/doctor.ts'
import { cancelExecution } from './commands/execution/cancel.ts'
import { listErrors } from './commands/error/list.ts'
import { showError } from './commands/error/show.ts'
import { listExecutions } from './commands/execution/list.ts'
import { logOfExecution } from './commands/execution/log.ts'
import { retryExecution } from './commands/execution/retry.ts'
import { showExecution } from './commands/execution/show.ts'
import { rotateKey } from './commands/key/rotate.ts'
import { showKeys } from './commands/key/show.ts'
import { planFile } from './commands/plan.ts'
import { serve } from './commands/serve.ts'
import { acceptSchema } from './commands/source/accept-schema.ts'
import { discoverReports } from './commands/source/discover.ts'
import { dryRunSource } from './commands/source/dry-run.ts'
import { estimateReport } from './commands/source/estimate.ts'
import { listSources } from './commands/source/list.ts'
import { previewSource } from './commands/source/preview.ts'
import { removeSource } from './commands/source/remove.ts'
import { showSource } from './commands/source/show.ts'
import { testSource } from './commands/source/test.ts'
import { showCoverage } from './commands/task/coverage.ts'
import { exportTasks } from './commands/task/export.ts'
import { listTasks } from './commands/task/list.ts'
import { moveTasks } from './commands/task/move.ts'
import { pauseTask } from './commands/task/pause.ts'
import { removeTask } from './commands/task/remove.ts'
import { resumeTask } from './commands/task/resume.ts'
import { runTask } from './commands/task/run.ts'
import { showSchedule } from './commands/task/schedule.ts'
import { showTask } from './commands/task/show.ts'
import { createToken } from './commands/token/create.ts'
import { listTokens } from './commands/token/list.ts'
import { revokeToken } from './commands/token/revoke.ts'
import { disableUser, enableUser, removeUser, setRole } from './commands/user/change.ts'
import { createAdmin, createUser } from './commands/user/create.ts'
import { inviteUser } from './commands/user/invite.ts'
import { listUsers } from './commands/user/list.ts'
import { createWorkspace } from './commands/workspace/create.ts'
import { limitWorkspace } from './commands/workspace/limit.ts'
import { listWorkspaces } from './commands/workspace/list.ts'
import { whoami } from './commands/whoami.ts'
import { EXIT_CODE_HELP } from './exit-code.ts'
import { withExamples, type Example } from './help.ts'
import { isHubWide } from './session.ts'
import type { World } from './world.ts'

const OUTPUT_HELP = `
Output:
  Results go to stdout, all else to stderr. With --json stdout has one JSON
  value, as the API gives it, and an error is one line of JSON on stderr: a
  problem by RFC 9457 with code, detail, cure and the wrong fields in errors.
  NO_COLOR turns colours off; they are off anyway unless it is a terminal.`

const ENVIRONMENT_HELP = `
Environment:
  DATAHUB_URL        which hub (default: http://127.0.0.1:$DATAHUB_PORT)
  DATAHUB_PORT       the port of the hub on this machine (default: 8420)
  DATAHUB_TOKEN      the API token (default: the file "token" in the data directory)
  DATAHUB_WORKSPACE  in which workspace (default: the token's own)
  DATAHUB_DATA_DIR   the data directory of "datahub serve" (default: .datahub)`

/** The whole command line: what there is, in the order in which a person meets it. */
export function buildProgram(world: World): Command {
  const program: Command = new Command('datahub')
  program
    .description('Takes report data from its source to a bucket, on time, and keeps the log of it.')
    .version(manifest.version, '-V, --version', 'print the version')
    .option('--url <url>', 'which hub (default: DATAHUB_URL, else the one on this machine)')
    .option('--workspace <name>', "in which workspace (default: DATAHUB_WORKSPACE, else the token's own)")
    .option('--json', 'print the result as JSON')
    .helpOption('-h, --help', 'print the help of any command')
    .helpCommand(false)
    .configureHelp({
      helpWidth: 100,
      showGlobalOptions: true,
      visibleGlobalOptions: (command) => (WITHOUT_HUB.has(command.name()) ? [] : optionsOf(program, command)),
    })
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(text),
      outputError: () => {},
    })
    .exitOverride()
    .addHelpText('after', `${OUTPUT_HELP}\n${ENVIRONMENT_HELP}\n\n${EXIT_CODE_HELP}`)
  withExamples(program, [
    ['datahub serve', 'run the hub'],
    ['datahub apply -f hub.yaml', 'define sources, destinations and tasks'],
    ['datahub task run "Market insight daily" --wait', 'deliver now and see how it ends'],
  ])

  add(program, [serve(), applyFile(world), planFile(world)])
  add(program, [
    group('task', 'Tasks: what is delivered where and when', taskVerbs(world), [
      'datahub task list',
      'what is delivered, and when next',
    ]),
    group('execution', 'Executions: single deliveries, and how they went', executionVerbs(world), [
      'datahub execution show 42',
      'how one went',
    ]),
    group('backfill', 'Backfills: past ranges, delivered in chunks', backfillVerbs(world), [
      'datahub backfill start "Market insight daily" --from 2024-01-01 --to 2024-06-30 --dry-run',
      'what is missing of half a year',
    ]),
    group('source', 'Data sources: where reports come from', sourceVerbs(world), [
      'datahub source preview market_insight',
      'what would be delivered',
    ]),
    group('destination', 'Destinations: where packages go', destinationVerbs(world), [
      'datahub destination test acme',
      'whether it can be written to',
    ]),
    group('alert', 'Alerts: what people are told, and where', alertVerbs(world), [
      'datahub alert list',
      'what is wrong now, by root cause',
    ]),
    group('error', 'Error codes: what they mean, and what to do', errorVerbs(world), [
      'datahub error show AccessDenied',
      'what a code means',
    ]),
    group('token', 'API tokens: who may use the hub', tokenVerbs(world), [
      'datahub token create laptop',
      'one for each who uses the hub',
    ]),
    group('key', 'Keys: what seals the stored secrets', keyVerbs(world), [
      'datahub key rotate',
      'seal all secrets with a new key',
    ]),
  ])
  add(program, [
    group(
      'workspace',
      'Workspaces: who sees what',
      [createWorkspace(world), listWorkspaces(world), limitWorkspace(world)],
      ['datahub workspace list', 'which there are'],
    ),
    group('user', 'Users: people who sign in', userVerbs(world), ['datahub user list', 'who has access, and as what']),
    group(
      'admin',
      'Administrators, from the machine of the hub',
      [createAdmin(world)],
      ['datahub admin create ada@example.com', 'when nobody is left who can let others in'],
    ),
    group(
      'audit',
      'The audit log: who did what',
      [listAudit(world), verifyAudit(world)],
      ['datahub audit list', 'what was changed last'],
    ),
  ])
  add(program, [whoami(world), doctor(world)])
  inheritSettings(program)
  return program
}

/** Commands that ask no hub: what the others have in common means nothing to them. */
const WITHOUT_HUB = new Set(['datahub', 'serve', 'policy', 'error'])

function optionsOf(program: Command, command: Command): Option[] {
  const without = isHubWide(command) ? ['version', 'workspace'] : ['version']
  return program.options.filter((option) => !without.includes(option.attributeName()))
}

function taskVerbs(world: World): Command[] {
  const make = [
    listTasks,
    showTask,
    runTask,
    showSchedule,
    showCoverage,
    pauseTask,
    resumeTask,
    moveTasks,
    exportTasks,
    removeTask,
  ]
  return make.map((command) => command(world))
}

function executionVerbs(world: World): Command[] {
  return [listExecutions, showExecution, logOfExecution, cancelExecution, retryExecution].map((command) =>
    command(world),
  )
}

function backfillVerbs(world: World): Command[] {
  const changes = [pauseBackfill, resumeBackfill, cancelBackfill, retryBackfill]
  const make = [startBackfill, listBackfills, showBackfill, watchBackfill, ...changes]
  return make.map((command) => command(world))
}

function sourceVerbs(world: World): Command[] {
  const look = [discoverReports, previewSource, estimateReport, dryRunSource]
  const make = [listSources, showSource, testSource, ...look, acceptSchema, removeSource]
  return make.map((command) => command(world))
}

function destinationVerbs(world: World): Command[] {
  const links = [makeSetupLink, listSetupLinks, revokeSetupLink]
  const make = [listDestinations, showDestination, testDestination, printPolicy, ...links, removeDestination]
  return make.map((command) => command(world))
}

function alertVerbs(world: World): Command[] {
  const make = [listChannels, showChannel, addChannel, testChannel, rotateChannel, removeChannel]
  const channels = make.map((command) => command(world))
  const example: Example = ['datahub alert channel test "on call"', 'whether messages arrive']
  return [listAlerts(world), group('channel', 'Channels: where alerts are sent', channels, example)]
}

function errorVerbs(world: World): Command[] {
  return [showError, listErrors].map((command) => command(world))
}

function tokenVerbs(world: World): Command[] {
  return [createToken, listTokens, revokeToken].map((command) => command(world))
}

function userVerbs(world: World): Command[] {
  const make = [createUser, listUsers, setRole, inviteUser, disableUser, enableUser, removeUser]
  return make.map((command) => command(world))
}

function keyVerbs(world: World): Command[] {
  return [showKeys, rotateKey].map((command) => command(world))
}

function group(noun: string, description: string, verbs: readonly Command[], example: Example): Command {
  return withExamples(add(new Command(noun).description(description), verbs), [example])
}

function add(parent: Command, children: readonly Command[]): Command {
  for (const child of children) parent.addCommand(child)
  return parent
}

/** Commands that are made on their own and then added do not get these from their parent by themselves. */
function inheritSettings(parent: Command): void {
  for (const child of parent.commands) {
    child.copyInheritedSettings(parent).helpOption('-h, --help', 'print this help').helpCommand(false)
    inheritSettings(child)
  }
}

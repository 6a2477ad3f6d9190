import { plural } from '../plural.ts'

interface CheckWords {
  readonly title: string
  fine(amount: string): string
  wrong(amount: string): string
  readonly remedy: string
}

export const system = {
  notices: 'Notices about the hub',
  notice: {
    no_worker: 'No worker is running: nothing is delivered. Start “datahub serve”, or look why it has stopped.',
    no_dispatcher: 'No dispatcher is running: schedules start nothing. Start a process with the service “dispatcher”.',
    store_full: (processes: number) =>
      `Less than 1 GB is free where ${plural(processes, 'process stages', 'processes stage')} packages. Free some, or large packages will fail.`,
    clock: (processes: number) =>
      `The clock of ${plural(processes, 'process', 'processes')} differs from the database’s by more than 5 s. Let the machines follow a time server.`,
    versions: (processes: number) =>
      `${plural(processes, 'process', 'processes')} run different versions of Data Hub. End the upgrade on all machines.`,
    time_zones: (processes: number) =>
      `${plural(processes, 'process', 'processes')} have different time zone data: they may cut days differently. Run the same Node.js everywhere.`,
  },
  details: 'Details',
  /** By the name that the hub gives a check; `amount`: what it has measured. */
  checks: {
    clock: {
      title: 'Clock',
      fine: () => 'The clocks of hub and database agree.',
      wrong: (amount: string) => `The clocks of hub and database differ by ${amount}.`,
      remedy: 'Let both machines follow the same time server.',
    },
    'store clock': {
      title: 'Clock and storages',
      fine: () => 'The clocks of hub and storages agree.',
      wrong: (amount: string) => `The clock of the hub and that of a storage differ by ${amount}.`,
      remedy:
        'Let the machine of the hub follow a time server (NTP). From 15 minutes on S3 refuses what is signed by a wrong clock (RequestTimeTooSkewed), and schedules are off by as much already.',
    },
    disk: {
      title: 'Disk',
      fine: (amount: string) => `${amount} are free for staged packages.`,
      wrong: (amount: string) => `Only ${amount} are free for staged packages.`,
      remedy: 'Free or add disk space under the data directory of the hub.',
    },
    sso: {
      title: 'Single sign-on',
      fine: () => 'The identity provider and the hub are set up for each other.',
      wrong: (amount: string) => `Wrong between the hub and the identity provider: ${amount}.`,
      remedy: 'Correct the settings of the hub, or the registration at the provider.',
    },
    executions: {
      title: 'Executions',
      fine: () => 'None waits for another attempt.',
      wrong: (amount: string) => `Waiting for another attempt: ${amount}.`,
      remedy: 'See what has failed under Tasks.',
    },
    'sync logs': {
      title: 'Sync logs',
      fine: () => 'Every one is up to date or about to be.',
      wrong: (amount: string) => `Cannot be written: ${amount}.`,
      remedy: 'Test the destinations of the tasks.',
    },
    coverage: {
      title: 'Coverage',
      fine: () => 'No task misses a data range.',
      wrong: (amount: string) => `Tasks that miss data ranges: ${amount}.`,
      remedy: 'Backfill what is missing from the coverage of the task.',
    },
  } as Readonly<Record<string, CheckWords>>,
  bundle: 'Download diagnostics',
  bundleHint:
    'One file with all of this page, definitions, failures and the last warnings. It holds no secrets, but names of tasks, machines and buckets.',
  processes: 'Processes',
  process: 'Process',
  state: 'State',
  alive: 'Alive',
  silent: 'Silent',
  seen: 'Last sign of life',
  services: 'Services',
  slots: 'Slots in use',
  slotsOf: (busy: number, slots: number) => `${busy} of ${slots}`,
  noSlots: 'No worker',
  version: 'Version',
  free: 'Free disk',
  clockOff: 'Clock',
  clockOffBy: (ms: string) => `${ms} off`,
  clockRight: 'Right',
  started: 'Since',
  queue: 'Queue',
  waiting: 'Waiting',
  oldest: 'Oldest has waited',
  running: 'Running',
  retrying: 'Waiting for another attempt',
  logsBehind: 'Sync logs to be written',
  nobodyWaits: 'None waits',
  retention: 'What is kept, and the cleaner',
  what: 'What',
  whats: {
    packages: 'Staged packages',
    uploads: 'Unfinished uploads in storages',
    alerts: 'Alerts that are over',
    refreshTokens: 'Refresh tokens that nobody uses',
    throttles: 'Counters of sign-in attempts',
    processes: 'Processes that are silent',
    executions: 'Executions and their files',
    audit: 'Audit log',
  },
  kept: 'Kept',
  untilOver: 'Until the execution is over',
  days: (days: number) => plural(days, 'day'),
  forEver: 'For ever',
  looked: 'Cleaner last looked',
  removed: 'Removed so far',
  removedLast: 'Last removed',
  never: 'Never',
  settings: 'Settings',
  setting: 'Setting',
  value: 'Value',
  origin: 'From',
  origins: { default: 'Default', environment: 'Environment', file: 'File', option: 'Command line' },
  secretSet: 'Set, not shown',
  notSet: 'Not set',
  onlySet: 'Only those that are set',
  settingsHint: 'Read at the start of the process that answers this page; changed in its environment, then restart it.',
  versions: 'Versions',
  node: 'Node.js',
  databaseServer: 'PostgreSQL',
  schema: 'Newest migration',
}

export type SystemMessages = typeof system

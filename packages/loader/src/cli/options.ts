import type { LoadTaskOptions } from '../session.ts'
import { MODES } from '../tables/table-mapping.ts'
import { readConfig, readMapping, TaskId, usage, type ConfigFile, type Environment } from './config-file.ts'

/** What the command line gives; commander has made names of the flags. */
export interface Flags {
  readonly config?: string
  readonly bucket?: string
  readonly prefix?: string
  readonly region?: string
  readonly endpoint?: string
  readonly pathStyle?: boolean
  readonly task?: string
  readonly into?: string
  readonly mode?: string
  readonly mapping?: string
  readonly workFolder?: string
  readonly maxContent?: string
  readonly dryRun?: boolean
}

/** One set of options per task: the flags win over the task's lines in the file, these over the file's, these over the environment. */
export async function readOptions(flags: Flags, env: Environment): Promise<LoadTaskOptions[]> {
  const file = flags.config === undefined ? undefined : await readConfig(flags.config, env)
  const flagMapping = flags.mapping === undefined ? undefined : await readMapping(flags.mapping, env)
  const wanted = flags.task === undefined ? undefined : taskIdOf(flags.task)
  const tasks = file ? tasksIn(file, flags.config ?? '', wanted) : [{ task: wanted ?? noTask() }]
  return tasks.map((task) => {
    const { workFolder, maxContent, tasks: _, ...common } = file ?? { tasks: [] }
    const size = flags.maxContent ?? maxContent
    const place = { ...common, ...task }
    const mapping = flagMapping ?? { ...common.tables, ...('tables' in task ? task.tables : {}) }
    const endpoint = flags.endpoint ?? place.endpoint ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL
    return {
      taskId: task.task,
      bucket: required(
        flags.bucket ?? place.bucket,
        'bucket',
        'Say which with --bucket company-xnurta-data, or --bucket ./folder.',
      ),
      into: required(
        flags.into ?? place.into ?? env.DATAHUB_LOADER_INTO,
        'database',
        'Say which with --into postgres://user@host/database, or DATAHUB_LOADER_INTO.',
      ),
      prefix: prefixOf(flags.prefix ?? place.prefix),
      region: flags.region ?? place.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
      endpoint,
      pathStyle: flags.pathStyle ?? place.pathStyle,
      credentials: credentialsOf(env),
      mode: modeOf(flags.mode) ?? place.mode,
      mapping,
      workFolder: flags.workFolder ?? workFolder,
      dryRun: flags.dryRun,
      ...(size === undefined ? {} : { limits: { contentMaxBytes: sizeOf(size) } }),
    }
  })
}

/** `90s`, `5m`, `1h` */
export function durationOf(text: string): number {
  const [, count, unit] = /^(\d+)(s|m|h)$/.exec(text) ?? []
  if (count === undefined || Number(count) === 0)
    throw usage(`--watch: ${JSON.stringify(text)} is not a length of time.`, 'Write 90s, 5m or 1h.')
  return Number(count) * { s: 1_000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h']
}

/** All tasks of a file, or the one wanted, which may stand there more than once. */
function tasksIn({ tasks }: ConfigFile, path: string, wanted: number | undefined): ConfigFile['tasks'] {
  const those = tasks.filter(({ task }) => wanted === undefined || task === wanted)
  if (those.length > 0) return those
  const ids = [...new Set(tasks.map(({ task }) => task))].join(', ')
  throw usage(`${path} has no task ${wanted}.`, `It has ${ids}. Add ${wanted} to its tasks, or leave out --config.`)
}

function noTask(): never {
  throw usage('No task is given.', 'Say which with --task 161, or list tasks in a file given with --config.')
}

function taskIdOf(text: string): number {
  const id = TaskId.safeParse(text)
  if (!id.success) throw usage(`${JSON.stringify(text)} is not the id of a task.`, 'Write a number: --task 161.')
  return id.data
}

function required(value: string | undefined, what: string, cure: string): string {
  if (value === undefined || value === '') throw usage(`No ${what} is given.`, cure)
  return value
}

function sizeOf(text: string): number {
  const [, count, unit = ''] = /^(\d+)\s*(GB|MB|TB)?$/i.exec(text) ?? []
  if (count === undefined) throw usage(`maxContent: ${JSON.stringify(text)} is not a size.`, 'Write 100GB or 1TB.')
  return Number(count) * ({ MB: 1e6, GB: 1e9, TB: 1e12 }[unit.toUpperCase()] ?? 1)
}

function modeOf(text: string | undefined): (typeof MODES)[number] | undefined {
  const mode = MODES.find((one) => one === text)
  if (text !== undefined && mode === undefined)
    throw usage(`${JSON.stringify(text)} is not a mode.`, `Write one of ${MODES.join(', ')}.`)
  return mode
}

/** `acme` and `acme/` are the same prefix; none is the empty text. */
function prefixOf(text = ''): string {
  const bare = text.replace(/^\/+|\/+$/g, '')
  return bare === '' ? '' : `${bare}/`
}

function credentialsOf(env: Environment): LoadTaskOptions['credentials'] {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env
  return accessKeyId && secretAccessKey
    ? { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined }
    : undefined
}

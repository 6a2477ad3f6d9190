import { readFile } from 'node:fs/promises'
import { EXIT } from '@datahub/core/error/codes'
import { parse } from 'yaml'
import { z } from 'zod'
import type { LoadTaskOptions } from '../session.ts'
import { LoaderError } from '../problem.ts'
import { MODES, TableMapping } from '../tables/table-mapping.ts'

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

const TaskId = z.coerce.number().int().positive()

const Place = {
  bucket: z.string().optional(),
  prefix: z.string().optional(),
  region: z.string().optional(),
  endpoint: z.string().optional(),
  pathStyle: z.boolean().optional(),
  into: z.string().optional(),
  mode: z.enum(MODES).optional(),
  tables: TableMapping.optional(),
}

const ConfigFile = z.strictObject({
  ...Place,
  workFolder: z.string().optional(),
  tasks: z.array(z.strictObject({ ...Place, task: TaskId })).min(1),
})

type Environment = Readonly<Record<string, string | undefined>>

/** One set of options per task: the flags win over the task's lines in the file, these over the file's, these over the environment. */
export async function readOptions(flags: Flags, env: Environment): Promise<LoadTaskOptions[]> {
  const file =
    flags.config === undefined ? undefined : read(ConfigFile, flags.config, await readYaml(flags.config), env)
  const flagMapping = flags.mapping === undefined ? undefined : await readMapping(flags.mapping, env)
  const wanted = flags.task === undefined ? undefined : taskIdOf(flags.task)
  const inFile = (file?.tasks ?? []).filter(({ task }) => wanted === undefined || task === wanted)
  const tasks = inFile.length > 0 || wanted === undefined ? inFile : [{ task: wanted }]
  if (tasks.length === 0)
    throw usage('No task is given.', 'Say which with --task 161, or list tasks in a file given with --config.')
  return tasks.map((task) => {
    const { workFolder, tasks: _, ...common } = file ?? { tasks: [] }
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
      pathStyle: flags.pathStyle ?? place.pathStyle ?? endpoint !== undefined,
      credentials: credentialsOf(env),
      mode: modeOf(flags.mode) ?? place.mode,
      mapping,
      workFolder: flags.workFolder ?? workFolder,
      dryRun: flags.dryRun,
      ...(flags.maxContent === undefined ? {} : { limits: { contentMaxBytes: sizeOf(flags.maxContent) } }),
    }
  })
}

/** A mapping alone, or under `tables:` as in a configuration. */
async function readMapping(path: string, env: Environment): Promise<TableMapping> {
  const content = await readYaml(path)
  const isWrapped = typeof content === 'object' && content !== null && Object.keys(content).join() === 'tables'
  return isWrapped
    ? read(z.strictObject({ tables: TableMapping }), path, content, env).tables
    : read(TableMapping, path, content, env)
}

/** `90s`, `5m`, `1h` */
export function durationOf(text: string): number {
  const [, count, unit] = /^(\d+)(s|m|h)$/.exec(text) ?? []
  if (count === undefined || Number(count) === 0)
    throw usage(`${JSON.stringify(text)} is not a length of time.`, 'Write 90s, 5m or 1h.')
  return Number(count) * { s: 1_000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h']
}

function taskIdOf(text: string): number {
  const id = TaskId.safeParse(text)
  if (!id.success) throw usage(`${JSON.stringify(text)} is not the id of a task.`, 'Write a number: --task 161.')
  return id.data
}

function usage(message: string, cure: string): LoaderError {
  return new LoaderError(message, cure, { exitCode: EXIT.usage })
}

function required(value: string | undefined, what: string, cure: string): string {
  if (value === undefined || value === '') throw usage(`No ${what} is given.`, cure)
  return value
}

function sizeOf(text: string): number {
  const [, count, unit = ''] = /^(\d+)\s*(GB|MB|TB)?$/i.exec(text) ?? []
  if (count === undefined) throw usage(`${JSON.stringify(text)} is not a size.`, 'Write 100GB or 1TB.')
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

async function readYaml(path: string): Promise<unknown> {
  try {
    return parse(await readFile(path, 'utf8'))
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'there is no such file'
        : (error as Error).message.split('\n')[0]
    throw usage(`Could not read ${path}: ${why}.`, 'Check the path and the YAML; docs/050-loader.md has an example.')
  }
}

/** Checks the content of a file; `${NAME}` in any text of it stands for a variable, so that passwords stay out of files. */
function read<T>(schema: z.ZodType<T>, path: string, content: unknown, env: Environment): T {
  const result = schema.safeParse(filled(content, env))
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw usage(
    `${path} is not right: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
    'docs/050-loader.md lists what may stand in it.',
  )
}

function filled(content: unknown, env: Environment): unknown {
  if (typeof content === 'string') {
    return content.replace(/\$\{([A-Z0-9_]+)\}/g, (_, name: string) => {
      const value = env[name]
      if (value === undefined) throw usage(`The environment has no ${name}.`, `Set ${name}, which the file refers to.`)
      return value
    })
  }
  if (Array.isArray(content)) return content.map((one) => filled(one, env))
  if (content === null || typeof content !== 'object') return content
  return Object.fromEntries(Object.entries(content).map(([key, value]) => [key, filled(value, env)]))
}

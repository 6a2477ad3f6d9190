import { readFile } from 'node:fs/promises'
import { EXIT } from '@datahub/core/error/codes'
import { parse } from 'yaml'
import { z } from 'zod'
import { LoaderError } from '../problem.ts'
import { MODES, TableMapping, TableRule } from '../tables/table-mapping.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export const TaskId = z.coerce.number('the id of a task, such as 161').int().positive()

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

const Task = z.strictObject({ ...Place, task: TaskId })

const ConfigFile = z.strictObject({
  ...Place,
  workFolder: z.string().optional(),
  maxContent: z.string().optional(),
  tasks: z.array(Task).min(1, 'at least one task is needed'),
})
export type ConfigFile = z.output<typeof ConfigFile>

/** The file of `--config`. Throws a LoaderError that names the field, what is wrong with it, and what may stand there. */
export async function readConfig(path: string, env: Environment): Promise<ConfigFile> {
  return check(ConfigFile, path, await readYaml(path), env)
}

/** The file of `--mapping`: a mapping alone, or under `tables:` as in a configuration. */
export async function readMapping(path: string, env: Environment): Promise<TableMapping> {
  const content = await readYaml(path)
  const isWrapped = typeof content === 'object' && content !== null && Object.keys(content).join() === 'tables'
  return isWrapped
    ? check(z.strictObject({ tables: TableMapping }), path, content, env).tables
    : check(TableMapping, path, content, env)
}

export function usage(message: string, cure: string): LoaderError {
  return new LoaderError(message, cure, { exitCode: EXIT.usage })
}

async function readYaml(path: string): Promise<unknown> {
  let content: unknown
  try {
    content = parse(await readFile(path, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : (message.split('\n')[0] ?? '').replace(/:$/, '')
    throw usage(`Could not read ${path}: ${why}.`, 'Check the path, and that it is YAML.')
  }
  if (content === null || content === undefined) throw usage(`${path} is empty.`, `Write what the guide shows into it.`)
  return content
}

/** Checks the content of a file; `${NAME}` in any text of it stands for a variable, so that passwords stay out of files. */
function check<T>(schema: z.ZodType<T>, path: string, content: unknown, env: Environment): T {
  const result = schema.safeParse(filled(content, env))
  if (result.success) return result.data
  const issue = result.error.issues[0] as z.core.$ZodIssue
  const field = issue.path.join('.')
  throw usage(`${path} is not right: ${field === '' ? '' : `${field}: `}${issue.message}.`, cureOf(issue))
}

function cureOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `What may stand there: ${Object.keys(fieldsAt(issue.path)).join(', ')}.`
    case 'invalid_value':
      return `Write one of ${issue.values.join(', ')}.`
    case 'invalid_type':
      return issue.expected === 'string'
        ? 'Put it in quotes.'
        : `Write ${WORDS_OF_TYPES[issue.expected] ?? issue.expected}.`
    default:
      return 'Mend it there, and run it again.'
  }
}

const WORDS_OF_TYPES: Readonly<Record<string, string>> = {
  number: 'a number',
  boolean: 'true or false',
  array: 'a list: each line of it begins with "- "',
  object: 'fields, each with its value: "name: value"',
  record: 'the name of a table, and below it what is to be done with it',
}

/** The fields that an object at this place of a file may have. */
function fieldsAt(path: readonly PropertyKey[]): object {
  if (path.length === 0) return ConfigFile.shape
  return path[0] === 'tasks' && path.length === 2 ? Task.shape : TableRule.shape
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

import { invalid, type FieldProblem } from '@datahub/core/error/data-hub-error'
import type { HubDefinition } from '@datahub/core/task/definition'
import { Option, type Command } from 'commander'
import type { z } from 'zod'
import { asReference } from '../../arguments.ts'
import type { World } from '../../world.ts'
import { located } from '../hub-file-request.ts'

type Source = NonNullable<z.input<typeof HubDefinition>['sources']>[number]

/** How a command names a data source: a saved one, or one that stands in a file and nowhere else. */
export function takesSource(command: Command): Command {
  return command
    .argument('[name]', 'its name; with -f only where the file has several', asReference)
    .addOption(new Option('-f, --file <file>', 'take it from a YAML file instead, saving nothing; - reads stdin'))
}

/** What to send for either; of `unsaved` the answer to problems is their place in the file. */
export interface Sending<Answer> {
  readonly saved: (name: string) => Promise<Answer>
  readonly unsaved: (source: Source) => Promise<Answer>
  /** Which reports are asked for; absent: all of them. */
  readonly tables?: readonly string[] | undefined
  /** Without `tables` it is the first report alone that is asked for. */
  readonly isFirstOnly?: boolean
}

export async function askSource<Answer>(
  world: World,
  command: Command,
  name: string | undefined,
  file: string | undefined,
  { saved, unsaved, tables, isFirstOnly = false }: Sending<Answer>,
): Promise<Answer> {
  if (file === undefined) {
    if (name === undefined) return command.error('error: say which data source: its name, or a file with -f')
    return saved(name)
  }
  const { readHubFile } = await import('../../yaml/hub-file.ts')
  const { definition, locate } = await readHubFile(file, world)
  const { source, index } = pick(definition.sources ?? [], name, file)
  const all = (source.reports ?? []).map((report) => report['table'])
  const asked = tables ?? (isFirstOnly ? all.slice(0, 1) : all)
  const report = asked.length === 1 ? all.indexOf(asked[0]) : -1
  const place = (field: string) => fieldInFile(field, `sources[${index}]`, report)
  const inFile = (problems: readonly FieldProblem[]) =>
    locate(problems.map((problem) => ({ ...problem, field: place(problem.field) })))
  return located(inFile, () => unsaved(source))
}

/** The hub calls the source `source`, and names what is wrong with a report that it reads from there on. */
function fieldInFile(field: string, root: string, report: number): string {
  if (/^source(?=[.[]|$)/.test(field)) return root + field.slice('source'.length)
  return report === -1 || field === '' ? field : `${root}.reports[${report}].${field}`
}

function pick(sources: readonly Source[], name: string | undefined, file: string): { source: Source; index: number } {
  const index = name === undefined && sources.length === 1 ? 0 : sources.findIndex((source) => source.name === name)
  const source = sources[index]
  if (source) return { source, index }
  const names = sources.map((known) => `"${known.name}"`).join(', ')
  const problem =
    names === ''
      ? 'it defines no data source'
      : name === undefined
        ? `it defines several data sources: ${names}`
        : `it defines no data source "${name}"`
  const cure = names === '' ? 'Describe one under sources.' : `Name one of ${names} before -f.`
  throw invalid('read the data source', [{ field: file, problem, cure }])
}

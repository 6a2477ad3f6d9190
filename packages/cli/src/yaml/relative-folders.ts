import path from 'node:path'
import type { HubDefinition } from '@datahub/core/task/definition'
import type { z } from 'zod'
import type { LocatedProblem, Places } from './located.ts'

type Definition = z.input<typeof HubDefinition>

/**
 * Folders of this machine, made absolute from the folder of the file: the hub runs elsewhere and could not know. A `~` is
 * a problem, because only a shell knows whose home it is.
 */
export function resolveFolders(
  definition: Definition,
  folder: string,
  places: Places,
): { definition: Definition; problems: LocatedProblem[] } {
  const problems: LocatedProblem[] = []
  const resolve = (value: unknown, field: string): unknown => {
    if (typeof value !== 'string' || value === '') return value
    if (!/^~($|[/\\])/.test(value)) return path.resolve(folder, value)
    const position = places.get(field) ?? { line: 1, column: 1 }
    problems.push({
      position,
      field,
      problem: `"${value}" begins with ~, which only a shell knows`,
      cure: 'Write the whole path.',
    })
    return value
  }
  const resolved: Definition = {
    ...definition,
    ...(definition.destinations && {
      destinations: definition.destinations.map((destination, index) =>
        destination.kind === 'filesystem'
          ? { ...destination, path: resolve(destination['path'], `destinations[${index}].path`) }
          : destination,
      ),
    }),
    ...(definition.sources && {
      sources: definition.sources.map((source, index) =>
        source.kind === 'duckdb' && source.connection
          ? {
              ...source,
              connection: {
                ...source.connection,
                folder: resolve(source.connection['folder'], `sources[${index}].connection.folder`),
              },
            }
          : source,
      ),
    }),
  }
  return { definition: resolved, problems }
}

import type { FieldProblem } from '@datahub/core/error/data-hub-error'
import type { HubDefinition } from '@datahub/core/task/definition'
import type { z } from 'zod'
import { ProblemError } from '../problem.ts'
import type { World } from '../world.ts'

/**
 * Reads the file and sends it; the hub's problems with single fields come back with their place in the file. The reader
 * is loaded here, because the other commands need no YAML.
 */
export async function sendHubFile<Answer>(
  file: string,
  world: World,
  send: (definition: z.input<typeof HubDefinition>) => Promise<Answer>,
): Promise<Answer> {
  const { readHubFile } = await import('../yaml/hub-file.ts')
  const { definition, locate } = await readHubFile(file, world)
  return located(locate, () => send(definition))
}

/** The same for what is no whole file to the hub: `locate` says what its problems are in the file. */
export async function located<Answer>(
  locate: (problems: readonly FieldProblem[]) => FieldProblem[],
  send: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await send()
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    throw new ProblemError({ ...error.problem, errors: locate(error.problem.errors) }, error.exitCode)
  }
}

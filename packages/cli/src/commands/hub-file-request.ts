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
  try {
    return await send(definition)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    throw new ProblemError({ ...error.problem, errors: locate(error.problem.errors) }, error.exitCode)
  }
}

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { DataHubError, invalid, type FieldProblem } from '@datahub/core/error/data-hub-error'
import type { HubDefinition } from '@datahub/core/task/definition'
import type { z } from 'zod'
import type { World } from '../world.ts'
import { definitionProblems } from './definition-problems.ts'
import { inFile, placeOf, type LocatedProblem } from './located.ts'
import { parseYaml } from './parse.ts'
import { toPlainValue } from './plain-value.ts'
import { resolveFolders } from './relative-folders.ts'

export interface HubFile {
  readonly definition: z.input<typeof HubDefinition>
  /** The hub's field problems with the place in the file before each path. */
  readonly locate: (problems: readonly FieldProblem[]) => FieldProblem[]
}

/**
 * Reads definitions from a file, or from stdin for `-`. Throws `request.invalid` with all that can be seen to be wrong
 * without the hub, each with file, line, column and path.
 */
export async function readHubFile(file: string, world: World): Promise<HubFile> {
  const fileName = file === '-' ? '<stdin>' : file
  const text = decode(await readBytes(file, world), fileName)
  const reject = (problems: readonly LocatedProblem[]): void => {
    if (problems.length === 0) return
    throw new DataHubError('request.invalid', `use ${fileName}`, {
      fields: inFile(fileName, problems),
      hint: 'Correct the file and run it again. Nothing was sent to the hub.',
    })
  }

  const parsed = parseYaml(text)
  reject(parsed.problems)
  if (parsed.document.contents === null) {
    reject([
      {
        field: '',
        position: { line: 1, column: 1 },
        problem: 'the file is empty',
        cure: 'Begin with a line "tasks:".',
      },
    ])
  }
  const plain = toPlainValue(parsed, world.env)
  const wrongSoFar = new Set(plain.problems.map(({ field }) => field))
  const problems = definitionProblems(plain.value, plain.places).filter(({ field }) => !wrongSoFar.has(field))
  reject([...plain.problems, ...problems])

  const folder = file === '-' ? world.cwd : path.dirname(path.resolve(world.cwd, file))
  const resolved = resolveFolders(plain.value as z.input<typeof HubDefinition>, folder, plain.places)
  reject(resolved.problems)
  return {
    definition: resolved.definition,
    locate: (problems) =>
      problems.flatMap((problem) => {
        const place = placeOf(plain.places, problem.field)
        return place && problem.field !== '' ? inFile(fileName, [{ ...problem, position: place }]) : [problem]
      }),
  }
}

async function readBytes(file: string, world: World): Promise<Uint8Array> {
  if (file === '-') return world.readStdin()
  try {
    return await readFile(path.resolve(world.cwd, file))
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const problem =
      reason === 'ENOENT'
        ? 'there is no such file'
        : reason === 'EISDIR'
          ? 'it is a folder'
          : `it cannot be read (${reason})`
    throw invalid('read the definitions', [
      { field: file, problem, cure: 'Give the path of a YAML file, or - for stdin.' },
    ])
  }
}

/** UTF-8, with or without a byte order mark. */
function decode(bytes: Uint8Array, fileName: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalid('read the definitions', [{ field: fileName, problem: 'it is not UTF-8', cure: 'Save it as UTF-8.' }])
  }
}

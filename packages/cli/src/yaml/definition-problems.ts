import { nearest, problemsOf } from '@datahub/core/error/field-problems'
import type { FieldProblem } from '@datahub/core/error/data-hub-error'
import { HubDefinition } from '@datahub/core/task/definition'
import { z } from 'zod'
import { placeOf, type LocatedProblem, type Place, type Places } from './located.ts'

/** Everything that the definition itself can tell to be wrong, each problem where it stands. */
export function definitionProblems(value: unknown, places: Places): LocatedProblem[] {
  const result = HubDefinition.safeParse(value)
  const problems = result.success ? [] : problemsOf(result.error).map((problem) => locate(problem, value, places))
  return [...problems, ...nameProblems(value, places)]
}

/** Names twice: the second is the wrong one, and says where the first stands. */
function nameProblems(value: unknown, places: Places): LocatedProblem[] {
  return ['sources', 'destinations', 'tasks', 'alertChannels'].flatMap((list) => {
    const entries = at(value, [list])
    const firsts = new Map<string, string>()
    return (Array.isArray(entries) ? entries : []).flatMap((entry, index) => {
      const name = at(entry, ['name'])
      const field = `${list}[${index}].name`
      const place = places.get(field)
      if (typeof name !== 'string' || !place) return []
      const first = firsts.get(name)
      firsts.set(name, first ?? field)
      const line = first === undefined ? undefined : places.get(first)?.line
      if (line === undefined) return []
      return [
        {
          position: place,
          field,
          problem: `"${name}" is already the name of ${first?.replace('.name', '')} in line ${line}`,
          cure: 'Choose another name.',
        },
      ]
    })
  })
}

function locate(problem: FieldProblem, value: unknown, places: Places): LocatedProblem {
  const { field } = problem
  const place = placeOf(places, field) ?? { line: 1, column: 1 }
  if (field === '') {
    return {
      ...problem,
      position: place,
      problem: 'the file must hold sources, destinations and tasks',
      cure: 'Begin with a line "tasks:".',
    }
  }
  const found = at(value, pathOf(field))
  if (problem.problem === 'is not a known field') {
    return { ...problem, position: place.key ?? place, cure: unknownFieldCure(field) }
  }
  if (found === null) {
    return {
      ...problem,
      position: place.key ?? place,
      problem: `has no value; it ${problem.problem}`,
      cure: 'Give it a value, or remove the line.',
    }
  }
  if (typeof found === 'object' || found === undefined) return { ...problem, position: place }
  return {
    ...problem,
    position: place,
    problem: `${shown(found, place)} ${problem.problem}`,
    cure: scalarCure(problem, found, place),
  }
}

/** The value as it was written, unless it came from the environment: that may be a secret. */
function shown(value: unknown, place: Place): string {
  if (place.isFromEnvironment) return 'the value from the environment'
  const text = typeof value === 'string' ? JSON.stringify(value) : (place.source ?? String(value))
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function scalarCure(problem: FieldProblem, found: unknown, place: Place): string {
  const isTextWanted = problem.problem === 'must be a text' && typeof found !== 'string'
  return isTextWanted && !place.isFromEnvironment
    ? `Put it in quotes: "${place.source ?? String(found)}".`
    : problem.cure
}

function unknownFieldCure(field: string): string {
  const path = pathOf(field)
  const known = fieldsAt(path.slice(0, -1))
  const meant = nearest(String(path.at(-1)), known)
  if (meant) return `Did you mean "${meant}"?`
  return known.length > 0 ? `Remove it; known here: ${known.join(', ')}.` : 'Remove it.'
}

type Schema = { properties?: Record<string, Schema>; items?: Schema; oneOf?: Schema[]; anyOf?: Schema[] }

/** The names that may stand under a path, from the schema itself. */
function fieldsAt(path: readonly (string | number)[]): string[] {
  let schemas: Schema[] = [z.toJSONSchema(HubDefinition, { io: 'input' }) as Schema]
  for (const key of path) {
    schemas = schemas.flatMap(forms).flatMap((schema) => {
      const next = typeof key === 'number' ? schema.items : schema.properties?.[key]
      return next ? [next] : []
    })
  }
  return [...new Set(schemas.flatMap(forms).flatMap((schema) => Object.keys(schema.properties ?? {})))]
}

function forms(schema: Schema): Schema[] {
  return [schema, ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]
}

/** `tasks[1].schedule.at` → `['tasks', 1, 'schedule', 'at']` */
function pathOf(field: string): (string | number)[] {
  return [...field.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name ?? '') : Number(index),
  )
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inside, key) =>
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, key)
        ? (inside as Record<string | number, unknown>)[key]
        : undefined,
    value,
  )
}

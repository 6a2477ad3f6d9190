import type { FieldProblem } from '@datahub/core/error/data-hub-error'

/** Where something stands in the text, both from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** What is known of the origin of one value. */
export interface Place extends Position {
  /** Of its key; a list's entries have none. */
  readonly key?: Position
  /** The scalar as it was written, without quotes. */
  readonly source?: string
  /** It holds text from the environment, which no message may quote. */
  readonly isFromEnvironment?: boolean
}

/** Problem and place, before the file's name is put to them. */
export interface LocatedProblem extends FieldProblem {
  readonly position: Position
}

/** Places by path, such as `sources[0].connection.host`; the root is `''`. */
export type Places = ReadonlyMap<string, Place>

/** The place of a path, or of the nearest thing around it that is in the file: what is missing has no place of its own. */
export function placeOf(places: Places, field: string): Place | undefined {
  const place = places.get(field)
  const around = field.replace(/(\[\d+\]|\.?[^.[\]]+)$/, '')
  return place || around === field ? place : placeOf(places, around)
}

/** `hub.yaml:14:9 tasks[1].schedule.at`, in the order of the file. */
export function inFile(fileName: string, problems: readonly LocatedProblem[]): FieldProblem[] {
  return problems
    .toSorted((a, b) => a.position.line - b.position.line || a.position.column - b.position.column)
    .map(({ position, field, problem, cure }) => ({
      field: `${fileName}:${position.line}:${position.column}${field && ` ${field}`}`,
      problem,
      cure,
    }))
}

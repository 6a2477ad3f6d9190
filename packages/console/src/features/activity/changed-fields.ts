/** A field that is another one afterwards; undefined: it was not there, or is not any more. */
export interface ChangedField {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

/** What differs between two states as JSON, by its path, `schedule.at`; lists are compared as one value. */
export function changedFields(before: unknown, after: unknown, path = ''): ChangedField[] {
  if (!isRecord(before) || !isRecord(after))
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }]
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.flatMap((name) => changedFields(before[name], after[name], path === '' ? name : `${path}.${name}`))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

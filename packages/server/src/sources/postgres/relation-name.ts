/** A table or view as its owner writes it in SQL, taken apart. */
export interface RelationName {
  readonly schema: string | null
  readonly name: string
}

const PART = /(?:"((?:[^"\0]|"")+)"|([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*))/
const RELATION = new RegExp(`^(?:${PART.source}\\s*\\.\\s*)?${PART.source}$`, 'u')

/**
 * `market_insight`, `public.market_insight`, `"Ads"."Daily.Report"`: as in SQL, names outside quotes are in small
 * letters. Undefined for anything else.
 */
export function parseRelationName(text: string): RelationName | undefined {
  const match = RELATION.exec(text.trim())
  if (!match) return undefined
  const [, quotedSchema, plainSchema, quotedName, plainName] = match
  const schema = partOf(quotedSchema, plainSchema)
  const name = partOf(quotedName, plainName)
  return name === null ? undefined : { schema, name }
}

function partOf(quoted: string | undefined, plain: string | undefined): string | null {
  return quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? null
}

/** The other way round: as it has to be written in a definition. */
export function formatRelationName({ schema, name }: RelationName): string {
  return [schema, name]
    .filter((part) => part !== null)
    .map((part) => (/^[a-z_][a-z0-9_$]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`))
    .join('.')
}

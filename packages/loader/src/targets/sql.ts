/** A value that is bound. Everything is sent as text, a number or NULL; the engine converts it to the type of its place. */
export type SqlValue = string | number | null

/** A statement with its values apart: values never become part of its text. */
export interface Sql {
  /** One more than there are values. */
  readonly texts: readonly string[]
  readonly values: readonly SqlValue[]
}

/** `` sql`select * from ${table} where id = ${id}` ``: an inserted Sql becomes text, anything else is bound. */
export function sql(texts: TemplateStringsArray, ...inserts: readonly (SqlValue | Sql)[]): Sql {
  const joined = [texts[0] ?? '']
  const values: SqlValue[] = []
  inserts.forEach((insert, index) => {
    if (typeof insert === 'object' && insert !== null) {
      joined[joined.length - 1] += insert.texts[0] ?? ''
      joined.push(...insert.texts.slice(1))
      values.push(...insert.values)
    } else {
      joined.push('')
      values.push(insert)
    }
    joined[joined.length - 1] += texts[index + 1] ?? ''
  })
  return { texts: joined, values }
}

/** Text of our own making, or an identifier that a dialect has quoted. */
export function text(trusted: string): Sql {
  return { texts: [trusted], values: [] }
}

/** Parts with a separator between them. */
export function join(parts: readonly Sql[], separator: string): Sql {
  return parts.reduce<Sql>((all, part, at) => (at === 0 ? part : sql`${all}${text(separator)}${part}`), text(''))
}

/** The statement's text with the engine's own mark for each value. */
export function render(statement: Sql, mark: (position: number) => string): string {
  return statement.texts.reduce((all, part, at) => all + (at === 0 ? '' : mark(at)) + part, '')
}

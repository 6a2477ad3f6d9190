const REFERENCE = /\$\{env:([^}]*)\}?/g
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
const JSON_NUMBER = /^-?(0|[1-9]\d{0,15})(\.\d+)?$/

type Env = Readonly<Record<string, string | undefined>>

export interface Substituted {
  readonly text: string
  /** Whether anything was replaced. */
  readonly isChanged: boolean
  readonly problems: readonly { readonly problem: string; readonly cure: string }[]
}

/** Puts the values of `${env:NAME}` into a text. A variable that is not set is a problem; an empty one is a value. */
export function substitute(text: string, env: Env): Substituted {
  const problems: { problem: string; cure: string }[] = []
  const replaced = text.replace(REFERENCE, (reference, name: string) => {
    if (!NAME.test(name) || !reference.endsWith('}')) {
      problems.push({ problem: `${reference} names no environment variable`, cure: 'Write it like ${env:NAME}.' })
      return reference
    }
    const value = Object.hasOwn(env, name) ? env[name] : undefined
    if (value === undefined) {
      problems.push({
        problem: `the environment variable ${name} is not set`,
        cure: `Set it before you run this: export ${name}=…`,
      })
      return reference
    }
    return value
  })
  return { text: replaced, isChanged: replaced !== text, problems }
}

/** What an unquoted `${env:PORT}` stands for: a number or true or false where YAML would read one, else the text. */
export function readUnquoted(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return JSON_NUMBER.test(text) && Number.isSafeInteger(Math.trunc(Number(text))) ? Number(text) : text
}

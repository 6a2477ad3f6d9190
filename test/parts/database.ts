import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { requirePart } from './endpoints.ts'

export interface TestDatabase {
  readonly name: string
  readonly url: string
  /** Removes the database, whoever is still connected to it. */
  [Symbol.asyncDispose](): Promise<void>
}

/** A new database of the real PostgreSQL: empty, or a copy of `template`, to which nobody may be connected. */
export async function createDatabase(template = 'template1'): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(`create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)}`)
  const url = new URL(requirePart('database').url)
  url.pathname = `/${name}`
  return {
    name,
    url: url.href,
    [Symbol.asyncDispose]: () => administer(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`),
  }
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: requirePart('database').url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

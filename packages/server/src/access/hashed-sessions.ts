import type { DBAdapter, DBTransactionAdapter, Where } from 'better-auth'
import { createHash } from 'node:crypto'

/**
 * The tables of better-auth, but for what opens a session: the library keeps its tokens as they are, and whoever reads
 * a dump of the database would hold them. Here only their SHA-256 is stored and looked for.
 */
export function hashedSessions(tables: DBAdapter): DBAdapter {
  return {
    ...within(tables),
    transaction: (work) => tables.transaction((inner) => work(within(inner))),
  }
}

function within<Tables extends DBTransactionAdapter>(tables: Tables): Tables {
  return {
    ...tables,
    async create(asked: Parameters<DBAdapter['create']>[0]) {
      if (asked.model !== 'session') return tables.create(asked)
      const { token } = asked.data as { token: string }
      const made = await tables.create({ ...asked, data: { ...asked.data, token: hashOf(token) } })
      return { ...made, token }
    },
    async findOne(asked: Parameters<DBAdapter['findOne']>[0]) {
      return withToken(await tables.findOne<object>(hashed(asked)), asked)
    },
    findMany: (asked: Parameters<DBAdapter['findMany']>[0]) => tables.findMany(hashed(asked)),
    count: (asked: Parameters<DBAdapter['count']>[0]) => tables.count(hashed(asked)),
    async update(asked: Parameters<DBAdapter['update']>[0]) {
      return withToken(await tables.update<object>(hashed(asked)), asked)
    },
    updateMany: (asked: Parameters<DBAdapter['updateMany']>[0]) => tables.updateMany(hashed(asked)),
    delete: (asked: Parameters<DBAdapter['delete']>[0]) => tables.delete(hashed(asked)),
    deleteMany: (asked: Parameters<DBAdapter['deleteMany']>[0]) => tables.deleteMany(hashed(asked)),
    async consumeOne(asked: Parameters<DBAdapter['consumeOne']>[0]) {
      return withToken(await tables.consumeOne<object>(hashed(asked)), asked)
    },
  }
}

interface Asked {
  readonly model: string
  readonly where?: Where[] | undefined
}

function hashed<Question extends Asked>(asked: Question): Question {
  if (asked.model !== 'session' || !asked.where) return asked
  const where = asked.where.map((one) => {
    if (one.field !== 'token') return one
    const value = Array.isArray(one.value) ? one.value.map((each) => hashOf(String(each))) : hashOf(String(one.value))
    return { ...one, value }
  })
  return { ...asked, where }
}

/** Who looked a session up by its token gets that token back: the cookie is made of it. */
function withToken<Row extends object>(row: Row | null, { model, where }: Asked): Row | null {
  if (row === null || model !== 'session' || !('token' in row)) return row
  const asked = where?.find(({ field, operator }) => field === 'token' && (operator ?? 'eq') === 'eq')
  return asked ? { ...row, token: asked.value } : row
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

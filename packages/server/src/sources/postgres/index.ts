import type { SourceKind } from '../kind.ts'
import { openPostgres } from './postgres-source.ts'
import { PostgresConnection, PostgresReport } from './settings.ts'

/** Tables, views and queries of a PostgreSQL database, from version 13 on. */
export const postgres: SourceKind<PostgresConnection, PostgresReport> = {
  kind: 'postgres',
  title: 'PostgreSQL',
  connectionSchema: PostgresConnection,
  reportSchema: PostgresReport,
  discovers: true,
  secrets: ['password'],

  admit(connection, _reports, world) {
    world.egress.admitHost(connection.host, 'database')
  },

  open(connection, reports, world) {
    return openPostgres(connection, reports, world.egress)
  },
}

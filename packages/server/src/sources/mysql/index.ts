import type { SourceKind } from '../kind.ts'
import { openMysql } from './mysql-source.ts'
import { MysqlConnection, MysqlReport } from './settings.ts'

/** Tables, views and queries of MySQL, from version 8.0.19 on, and MariaDB, from version 10.6 on. */
export const mysql: SourceKind<MysqlConnection, MysqlReport> = {
  kind: 'mysql',
  title: 'MySQL and MariaDB',
  connectionSchema: MysqlConnection,
  reportSchema: MysqlReport,
  discovers: true,
  secrets: ['password'],

  admit(connection, _reports, world) {
    world.egress.admitHost(connection.host, 'database')
  },

  open(connection, reports, world) {
    return openMysql(connection, reports, world.egress)
  },
}

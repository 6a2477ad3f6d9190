import type { SourceKind } from '../kind.ts'
import { openDuckdb } from './duckdb-source.ts'
import { admitFolder } from './folder.ts'
import { DuckdbConnection, DuckdbReport } from './settings.ts'

/** Parquet, CSV and JSON files on the hub's own machine, in folders that the operator allows. */
export const duckdb: SourceKind<DuckdbConnection, DuckdbReport> = {
  kind: 'duckdb',
  title: 'Parquet, CSV and JSON files',
  connectionSchema: DuckdbConnection,
  reportSchema: DuckdbReport,
  discovers: true,
  secrets: [],

  admit(connection, _reports, world) {
    admitFolder(connection.folder, world.folders)
  },

  open(connection, reports, world) {
    return openDuckdb(connection, reports, world)
  },
}

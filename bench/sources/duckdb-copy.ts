/** `node duckdb-copy.ts <from.parquet> <to>`: DuckDB's own COPY, as a script would run it, on one thread. */
import { DuckDBInstance } from '@duckdb/node-api'

const [from, to] = process.argv.slice(2)
const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
await connection.run(`copy (select * from read_parquet('${from}')) to '${to}' (format csv, header)`)

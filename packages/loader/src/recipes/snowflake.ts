import { partitionOf } from '@datahub/core/destination/regions'
import type { RecipeNames, RecipeTable } from './recipe-facts.ts'
import { columnsOf, doubleQuotes, headerOf, upTo38, type Warehouse } from './warehouse.ts'

/** Names in capitals, as Snowflake has those that nobody quotes. */
const warehouse: Warehouse = {
  quote: (name) => doubleQuotes(name.toUpperCase()),
  types: {
    boolean: 'BOOLEAN',
    smallint: 'SMALLINT',
    integer: 'INTEGER',
    bigint: 'BIGINT',
    decimal: 'VARCHAR',
    real: 'FLOAT',
    double: 'FLOAT',
    date: 'DATE',
    time: 'TIME(6)',
    timestamp: 'TIMESTAMP_NTZ(6)',
    timestamptz: 'TIMESTAMP_TZ(6)',
    text: 'VARCHAR',
    uuid: 'VARCHAR',
    json: 'VARCHAR',
    bytes: 'BINARY',
  },
  decimal: upTo38('NUMBER'),
}

/** Of a bucket, by the partition of its region. */
const PROTOCOLS = { aws: 's3', 'aws-cn': 's3china', 'aws-us-gov': 's3gov' } as const

/** Where packages come from. A store that is not Amazon's is known by its host, and signed in to with a key pair. */
function locationOf({ bucket, folder, region, endpoint }: RecipeNames): string {
  return endpoint === undefined
    ? `url = '${PROTOCOLS[partitionOf(region)]}://${bucket}/${folder}'\n  storage_integration = YOUR_INTEGRATION`
    : `url = 's3compat://${bucket}/${folder}' endpoint = '${endpoint.replace(/^https?:\/\/|\/+$/g, '')}'
  credentials = (aws_key_id = 'YOUR_KEY_ID' aws_secret_key = 'YOUR_SECRET_KEY')`
}

export function snowflake(names: RecipeNames): string {
  const { taskId, tables } = names
  const stage = (table: RecipeTable) => warehouse.quote(`${table.name}_stage_${taskId}`)
  const known = tables.map((table) => {
    const date = table.dateColumn === undefined ? 'None' : JSON.stringify(warehouse.quote(table.dateColumn))
    const key = JSON.stringify((table.primaryKey ?? []).map(warehouse.quote))
    return `${JSON.stringify(table.name)}: (${JSON.stringify(headerOf(table))}, ${date}, ${key})`
  })
  return `-- Snowflake does not read zip: a procedure unpacks each new package into an internal stage, copies its CSVs into
-- staging tables, and in one transaction puts their rows into the tables and the package into the list of what is done.
-- A table with a date column gets the days that the package has rows for replaced, one with a primary key the rows of the
-- same keys; others are appended to.
create stage if not exists datahub_${taskId} ${locationOf(names)} directory = (enable = true);
create stage if not exists datahub_${taskId}_csv;
create table if not exists datahub_${taskId}_done (package varchar primary key, at timestamp_ltz default current_timestamp());
${tables
  .flatMap((table) => [
    `create table if not exists ${warehouse.quote(table.name)} (${columnsOf(warehouse, table)});`,
    `create table if not exists ${stage(table)} (${columnsOf(warehouse, table)});`,
  ])
  .join('\n')}

create or replace procedure datahub_load_${taskId}() returns varchar language python runtime_version = '3.11'
packages = ('snowflake-snowpark-python') handler = 'run' execute as caller as $$
import re, zipfile
from snowflake.snowpark.files import SnowflakeFile

NAME = re.compile(r"^([a-z][a-z0-9_]{0,62})_${taskId}_\\d{8}\\.csv$")
TABLES = {${known.join(', ')}}

def run(session):
    ask = lambda text, *values: session.sql(text, params=list(values)).collect()
    ask("alter stage datahub_${taskId} refresh")
    new = ask("""select relative_path as p, build_scoped_file_url(@datahub_${taskId}, relative_path) as u
        from directory(@datahub_${taskId}) where relative_path like '%.zip'
        and relative_path not in (select package from datahub_${taskId}_done) order by 1""")
    for row in new:
        tables = []
        with SnowflakeFile.open(row["U"], "rb") as file, zipfile.ZipFile(file) as package:
            for name in package.namelist():
                match = NAME.match(name)
                if not match or match[1] not in TABLES: raise ValueError(f"{row['P']} has {name}: ask for this recipe again")
                header = TABLES[match[1]][0].encode()
                with package.open(name) as csv:
                    if csv.read(len(header)) != header:
                        raise ValueError(f"{row['P']} has other columns in {name}: ask for this recipe again, and alter the table")
                with package.open(name) as csv:
                    session.file.put_stream(csv, f"@datahub_${taskId}_csv/{row['P']}/{match[1]}.csv", auto_compress=True, overwrite=True)
                tables.append(match[1])
        for table in tables:
            ask(f'truncate table "{table.upper()}_STAGE_${taskId}"')
            ask(f"""copy into "{table.upper()}_STAGE_${taskId}" from @datahub_${taskId}_csv/{row['P']}/{table}.csv.gz
                file_format = (type = csv skip_header = 1 field_optionally_enclosed_by = '"' null_if = ()
                empty_field_as_null = true binary_format = hex) force = true on_error = abort_statement purge = true""")
        ask("begin")
        try:
            for table in tables:
                into, stage = f'"{table.upper()}"', f'"{table.upper()}_STAGE_${taskId}"'
                _, date, key = TABLES[table]
                same = " and ".join(f"{into}.{name} = {stage}.{name}" for name in key)
                if date: ask(f"delete from {into} where {date} in (select {date} from {stage})")
                elif key: ask(f"delete from {into} using {stage} where {same}")
                ask(f"insert into {into} select * from {stage}")
            ask("insert into datahub_${taskId}_done (package) values (?)", row["P"])
            ask("commit")
        except Exception:
            ask("rollback")
            raise
    return f"{len(new)} packages"
$$;

call datahub_load_${taskId}();
-- create task datahub_load_${taskId}_hourly warehouse = YOUR_WAREHOUSE schedule = '60 minutes' as call datahub_load_${taskId}();
-- alter task datahub_load_${taskId}_hourly resume;
`
}

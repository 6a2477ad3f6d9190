import type { RecipeNames, RecipeTable } from './recipe-facts.ts'
import { columnsOf, doubleQuotes, upTo38, type Warehouse } from './warehouse.ts'

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

export function snowflake({ bucket, folder, taskId, tables }: RecipeNames): string {
  const stage = (table: RecipeTable) => warehouse.quote(`${table.name}_stage_${taskId}`)
  const dates = tables.map(({ name, dateColumn }) =>
    dateColumn === undefined
      ? `${JSON.stringify(name)}: None`
      : `${JSON.stringify(name)}: ${JSON.stringify(warehouse.quote(dateColumn))}`,
  )
  return `-- Snowflake does not read zip: a procedure unpacks each new package into an internal stage, copies its CSVs into
-- staging tables, and in one transaction puts their rows into the tables and the package into the list of what is done.
-- A table with a date column gets the days that the package has rows for replaced; others are appended to.
create stage if not exists datahub_${taskId} url = 's3://${bucket}/${folder}'
  storage_integration = YOUR_INTEGRATION directory = (enable = true);
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
DATES = {${dates.join(', ')}}

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
                if not match or match[1] not in DATES: raise ValueError(name)
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
                into, stage, date = f'"{table.upper()}"', f'"{table.upper()}_STAGE_${taskId}"', DATES[table]
                if date: ask(f"delete from {into} where {date} in (select {date} from {stage})")
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
`
}

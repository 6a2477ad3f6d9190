import type { RecipeNames } from './recipe-facts.ts'
import {
  backticks,
  columnsOf,
  deletion,
  eachPackage,
  inShell,
  unpack,
  unpackFunctions,
  type Warehouse,
} from './warehouse.ts'

const warehouse: Warehouse = {
  quote: backticks,
  types: {
    boolean: 'BOOL',
    smallint: 'INT64',
    integer: 'INT64',
    bigint: 'INT64',
    decimal: 'STRING',
    real: 'FLOAT64',
    double: 'FLOAT64',
    date: 'DATE',
    time: 'TIME',
    timestamp: 'DATETIME',
    timestamptz: 'TIMESTAMP',
    text: 'STRING',
    uuid: 'STRING',
    json: 'STRING',
    // BigQuery would read base64; ours are hexadecimal.
    bytes: 'STRING',
  },
  decimal: (precision, scale) =>
    scale <= 9 && precision - scale <= 29
      ? `NUMERIC(${precision},${scale})`
      : scale <= 38 && precision - scale <= 38
        ? `BIGNUMERIC(${precision},${scale})`
        : undefined,
}

export function bigquery({ bucket, folder, awsOptions, taskId, tables }: RecipeNames): string {
  const table = (name: string) => `YOUR_DATASET.${backticks(name)}`
  const created = tables.flatMap((one) => [
    `CREATE TABLE IF NOT EXISTS ${table(one.name)} (${columnsOf(warehouse, one)});`,
    `CREATE TABLE IF NOT EXISTS ${table(`${one.name}_stage_${taskId}`)} (${columnsOf(warehouse, one)});`,
  ])
  const staged = tables.map(
    ({
      name,
    }) => `  bq query --use_legacy_sql=false --format=none "TRUNCATE TABLE ${inShell(table(`${name}_stage_${taskId}`))}"
  [ ! -s ${name}.csv ] || bq load --source_format=CSV --skip_leading_rows=1 --allow_quoted_newlines YOUR_DATASET.${name}_stage_${taskId} ${name}.csv`,
  )
  const loaded = tables.map((one) => {
    const [into, stage] = [table(one.name), table(`${one.name}_stage_${taskId}`)] as const
    const deleteKeys = (key: readonly string[]) =>
      `delete from ${into} t where exists (select 1 from ${stage} s where ${key.map((name) => `s.${name} = t.${name}`).join(' and ')});`
    return [...deletion(warehouse, one, [into, stage], deleteKeys), `insert into ${into} select * from ${stage};`]
      .map((statement) => `  ${statement}`)
      .join('\n')
  })
  return `#!/bin/bash
# BigQuery does not read zip: each new package is unpacked here and its CSVs go into staging tables. One transaction puts
# their rows into the tables and the package into the list of what is done. A table with a date column gets the days that
# the package has rows for replaced, one with a primary key the rows of the same keys; others are appended to. Run it from
# cron, in a folder of its own, one run at a time; it needs aws, unzip and bq.
set -euo pipefail
${unpackFunctions(taskId)}
bq query --use_legacy_sql=false --format=none <<'SQL'
CREATE TABLE IF NOT EXISTS YOUR_DATASET.datahub_${taskId}_done (package STRING);
${created.join('\n')}
SQL
${eachPackage(
  `s3://${bucket}/${folder}`,
  awsOptions,
  `  seen=$(bq query --use_legacy_sql=false --format=csv --quiet "SELECT COUNT(*) FROM YOUR_DATASET.datahub_${taskId}_done WHERE package = '$package'" | tail -n 1)
  [ "$seen" = 0 ] || continue
  aws s3 cp "s3://${bucket}/${folder}$package" package.zip ${awsOptions}
${unpack(taskId, tables)}
${staged.join('\n')}
  bq query --use_legacy_sql=false --format=none <<SQL
BEGIN TRANSACTION;
${inShell(loaded.join('\n'))}
  INSERT INTO YOUR_DATASET.datahub_${taskId}_done VALUES ('$package');
COMMIT TRANSACTION;
SQL`,
)}`
}

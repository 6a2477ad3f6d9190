import type { RecipeNames } from './recipe-facts.ts'
import {
  columnsOf,
  deletion,
  doubleQuotes,
  eachPackage,
  inShell,
  unpack,
  unpackFunctions,
  upTo38,
  type Warehouse,
} from './warehouse.ts'

const warehouse: Warehouse = {
  quote: doubleQuotes,
  types: {
    boolean: 'boolean',
    smallint: 'smallint',
    integer: 'integer',
    bigint: 'bigint',
    decimal: 'varchar(65535)',
    real: 'real',
    double: 'double precision',
    date: 'date',
    time: 'time',
    timestamp: 'timestamp',
    timestamptz: 'timestamptz',
    text: 'varchar(65535)',
    uuid: 'char(36)',
    json: 'varchar(65535)',
    bytes: 'varbyte(1000000)',
  },
  decimal: upTo38('decimal'),
}

export function redshift({ bucket, folder, region, awsOptions, taskId, tables }: RecipeNames): string {
  const created = tables.map(
    (table) => `create table if not exists ${warehouse.quote(table.name)} (${columnsOf(warehouse, table)});`,
  )
  const staged = tables.map(
    ({ name }) =>
      `  gzip < ${name}.csv | aws s3 cp - "s3://YOUR_STAGING/${taskId}/$package/${name}.csv.gz" --region ${region}`,
  )
  const loaded = tables.map((table) => {
    const { name } = table
    const [into, stage] = [warehouse.quote(name), warehouse.quote(`stage_${name}`)] as const
    const deleteKeys = (key: readonly string[]) =>
      `delete from ${into} using ${stage} where ${key.map((column) => `${into}.${column} = ${stage}.${column}`).join(' and ')};`
    return [
      `create temp table ${stage} (like ${into});`,
      `copy ${stage} from 's3://YOUR_STAGING/${taskId}/$package/${name}.csv.gz' iam_role default csv gzip ignoreheader 1 emptyasnull dateformat 'auto' timeformat 'auto' region '${region}';`,
      ...deletion(warehouse, table, [into, stage], deleteKeys),
      `insert into ${into} select * from ${stage};`,
    ].join('\n')
  })
  return `#!/bin/bash
# Redshift does not read zip: each new package is unpacked beside it as gzip. One transaction puts its rows into the tables
# and the package into the list of what is done. A table with a date column gets the days that the package has rows for
# replaced, one with a primary key the rows of the same keys; others are appended to. NULL is an empty field. Run it from
# cron, in a folder of its own, one run at a time; it needs aws, unzip and psql, REDSHIFT_URL, and a default IAM role of the cluster that may read YOUR_STAGING.
set -euo pipefail
${unpackFunctions(taskId)}
psql "$REDSHIFT_URL" --quiet --set ON_ERROR_STOP=1 <<'SQL'
create table if not exists datahub_${taskId}_done (package varchar(255) primary key);
${created.join('\n')}
SQL
${eachPackage(
  `s3://${bucket}/${folder}`,
  awsOptions,
  `  done=$(psql "$REDSHIFT_URL" --tuples-only --no-align --command "select count(*) from datahub_${taskId}_done where package = '$package'")
  [ "$done" = 0 ] || continue
  aws s3 cp "s3://${bucket}/${folder}$package" package.zip ${awsOptions}
${unpack(taskId, tables)}
${staged.join('\n')}
  psql "$REDSHIFT_URL" --quiet --set ON_ERROR_STOP=1 <<SQL
begin;
${inShell(loaded.join('\n')).replaceAll('\\$package', '$package')}
insert into datahub_${taskId}_done values ('$package');
commit;
SQL`,
)}`
}

import { duckdbDialect } from '../targets/duckdb/dialect.ts'
import { holdsOf } from '../targets/target.ts'
import type { RecipeNames } from './recipe-facts.ts'

export function duckdb({ bucket, folder, region, endpoint, awsOptions, taskId, tables }: RecipeNames): string {
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`
  const read = tables.map(({ name, columns }) => {
    const types = columns.map(
      (column) => `${text(column.name)}: ${text(duckdbDialect.declare(holdsOf(column), false))}`,
    )
    return `create or replace view ${duckdbDialect.quote(name)} as
  select * from read_csv('packages/*/${name}_${taskId}_*.csv', header = true, auto_detect = false, delim = ',', quote = '"', escape = '"',
    nullstr = '', allow_quoted_nulls = false, new_line = '\\n', columns = {${types.join(', ')}});`
  })
  return `-- For a look at all packages together: DuckDB does not read zip, so they are unpacked first, each into its own folder.
-- Restated days are there more than once. To keep a DuckDB file up to date, each package once, the newest rows only:
--   datahub-loader load --bucket ${bucket} --region ${region}${endpoint === undefined ? '' : ` --endpoint ${endpoint}`} --task ${taskId} --into duckdb:reports.duckdb
--
--   aws s3 cp --recursive --exclude '*' --include '*.zip' s3://${bucket}/${folder} packages/ ${awsOptions}
--   for package in packages/*.zip; do unzip -o -q "$package" -d "\${package%.zip}"; done
${read.join('\n')}
`
}

import type { RecipeNames } from './recipe-facts.ts'

/** Python that all recipes with Python share: whole packages only, names that are ours only. */
const MEMBERS = String.raw`NAME = re.compile(r"^([a-z][a-z0-9_]{0,62})_%TASK%_\d{8}\.csv$")`

const members = (taskId: number) => MEMBERS.replace('%TASK%', String(taskId))

export function snowflake({ bucket, folder, taskId, tables }: RecipeNames): string {
  return `-- Snowflake does not read zip: a procedure unpacks new packages into an internal stage, COPY loads the CSVs.
-- COPY remembers a file for 64 days, so each CSV is loaded once. Restatements append: keep rows of the latest
-- _PACKAGE per day in a view, or use a MERGE of your own.
create stage if not exists datahub_${taskId} url = 's3://${bucket}/${folder}'
  storage_integration = YOUR_INTEGRATION directory = (enable = true);
create stage if not exists datahub_${taskId}_csv;
create table if not exists datahub_${taskId}_unpacked (package string primary key, at timestamp default current_timestamp());
create file format if not exists datahub_csv type = csv skip_header = 1 field_optionally_enclosed_by = '"'
  null_if = () empty_field_as_null = true;

create or replace procedure datahub_unpack_${taskId}() returns string language python runtime_version = '3.11'
packages = ('snowflake-snowpark-python') handler = 'run' as $$
import re, zipfile
from snowflake.snowpark.files import SnowflakeFile
${members(taskId)}
def run(session):
    session.sql("alter stage datahub_${taskId} refresh").collect()
    new = session.sql("""select relative_path p, build_scoped_file_url(@datahub_${taskId}, relative_path) u
      from directory(@datahub_${taskId}) where relative_path like '%.zip'
      and relative_path not in (select package from datahub_${taskId}_unpacked) order by 1""").collect()
    for row in new:
        with SnowflakeFile.open(row["U"], "rb") as f, zipfile.ZipFile(f) as z:
            for name in z.namelist():
                match = NAME.match(name)
                if not match: raise ValueError(name)
                with z.open(name) as csv:
                    session.file.put_stream(csv, f"@datahub_${taskId}_csv/{match[1]}/{row['P']}.csv", auto_compress=True)
        session.sql("insert into datahub_${taskId}_unpacked (package) values (?)", params=[row["P"]]).collect()
    return f"{len(new)} packages"
$$;

call datahub_unpack_${taskId}();
${tables.map((table) => `copy into ${table} from @datahub_${taskId}_csv/${table}/ file_format = datahub_csv;`).join('\n')}
`
}

export function databricks({ bucket, folder, taskId, tables }: RecipeNames): string {
  return `# Auto Loader finds new packages; each batch is unpacked and appended once (Delta's txnAppId and txnVersion).
import io, re, zipfile
import pandas as pd
${members(taskId)}
TABLES = ${JSON.stringify(tables)}

def load(batch, batch_id):
    for row in batch.select("path", "content").orderBy("path").toLocalIterator():
        with zipfile.ZipFile(io.BytesIO(row.content)) as z:
            for name in z.namelist():
                match = NAME.match(name)
                if not match or match[1] not in TABLES: raise ValueError(name)
                frame = pd.read_csv(z.open(name), dtype=str, keep_default_na=False, na_values=[""])
                (spark.createDataFrame(frame).write.format("delta").mode("append").option("mergeSchema", "true")
                  .option("txnAppId", f"datahub-${taskId}-{row.path}-{match[1]}").option("txnVersion", 1)
                  .saveAsTable(match[1]))

(spark.readStream.format("cloudFiles").option("cloudFiles.format", "binaryFile")
  .option("pathGlobFilter", "*.zip").load("s3://${bucket}/${folder}")
  .writeStream.foreachBatch(load).option("checkpointLocation", "/Volumes/main/default/datahub/${taskId}")
  .trigger(availableNow=True).start())
`
}

export function redshift({ bucket, folder, region, taskId, tables }: RecipeNames): string {
  return `# Redshift does not read zip: unpack each new package beside it as gzip, then COPY. Run from cron; done.txt is the memory.
touch done.txt
aws s3 ls "s3://${bucket}/${folder}" --region ${region} | awk '{print $4}' | grep '\\.zip$' | sort | while read -r package; do
  grep -qxF "$package" done.txt && continue
  aws s3 cp "s3://${bucket}/${folder}$package" package.zip --region ${region}
  : > load.sql; echo "begin;" >> load.sql
${tables
  .map(
    (
      table,
    ) => `  unzip -p package.zip '${table}_${taskId}_*.csv' | gzip | aws s3 cp - "s3://YOUR_STAGING/${taskId}/$package/${table}.csv.gz"
  echo "copy ${table} from 's3://YOUR_STAGING/${taskId}/$package/${table}.csv.gz' iam_role default csv gzip ignoreheader 1 emptyasnull dateformat 'auto' timeformat 'auto' region '${region}';" >> load.sql`,
  )
  .join('\n')}
  echo "commit;" >> load.sql
  psql "$REDSHIFT_URL" --set ON_ERROR_STOP=1 --file load.sql && echo "$package" >> done.txt
done
`
}

export function bigquery({ bucket, folder, region, taskId, tables }: RecipeNames): string {
  return `# BigQuery does not read zip: unpack each new package and load its CSVs. The job's name makes a repeated load a no-op.
aws s3 ls "s3://${bucket}/${folder}" --region ${region} | awk '{print $4}' | grep '\\.zip$' | sort | while read -r package; do
  aws s3 cp "s3://${bucket}/${folder}$package" package.zip --region ${region}
${tables
  .map(
    (table) => `  unzip -p package.zip '${table}_${taskId}_*.csv' > ${table}.csv
  bq load --job_id "datahub_${taskId}_\${package%.zip}_${table}" --source_format=CSV --skip_leading_rows=1 --allow_quoted_newlines --autodetect YOUR_DATASET.${table} ${table}.csv`,
  )
  .join('\n')}
done
`
}

export function duckdb({ bucket, folder, region, taskId, tables }: RecipeNames): string {
  const local = tables.map(
    (table) => `create or replace table ${table} as
  select * from read_csv('zip://packages/*.zip/${table}_${taskId}_*.csv', nullstr = '', allow_quoted_nulls = false, union_by_name = true);`,
  )
  return `-- For a look without a ledger. To keep a DuckDB file up to date, each package once:
--   datahub-loader load --bucket ${bucket} --region ${region} --task ${taskId} --into duckdb:reports.duckdb
-- aws s3 cp --recursive --exclude '*' --include '*.zip' s3://${bucket}/${folder} packages/
install zipfs from community;
load zipfs;
${local.join('\n')}
`
}

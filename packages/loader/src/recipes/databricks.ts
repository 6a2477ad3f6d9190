import type { RecipeNames } from './recipe-facts.ts'
import { backticks, columnsOf, headerOf, upTo38, type Warehouse } from './warehouse.ts'

const warehouse: Warehouse = {
  quote: backticks,
  types: {
    boolean: 'BOOLEAN',
    smallint: 'SMALLINT',
    integer: 'INT',
    bigint: 'BIGINT',
    decimal: 'STRING',
    real: 'FLOAT',
    double: 'DOUBLE',
    date: 'DATE',
    time: 'STRING',
    timestamp: 'TIMESTAMP_NTZ',
    timestamptz: 'TIMESTAMP',
    text: 'STRING',
    uuid: 'STRING',
    json: 'STRING',
    bytes: 'STRING',
  },
  decimal: upTo38('DECIMAL'),
}

export function databricks({ bucket, folder, endpoint, taskId, tables }: RecipeNames): string {
  const schemas = tables.map(
    (table) =>
      `    ${JSON.stringify(table.name)}: (${JSON.stringify(headerOf(table))}, ${JSON.stringify(columnsOf(warehouse, table))}, ${table.dateColumn === undefined ? 'None' : JSON.stringify(table.dateColumn)}, ${JSON.stringify((table.primaryKey ?? []).map(warehouse.quote))}),`,
  )
  const [elsewhere, from] =
    endpoint === undefined
      ? ['', bucket]
      : [
          `# Databricks does not read ${endpoint} by itself: copy the packages into a bucket that it reads, YOUR_BUCKET below.\n`,
          'YOUR_BUCKET',
        ]
  return `# Spark does not read zip: Auto Loader finds new packages, each is unpacked into a volume and its CSVs are written, each
# once (Delta's txnAppId and txnVersion). A table with a date column gets the days that the package has rows for replaced,
# one with a primary key the rows of the same keys; others are appended to. Values come with the types of the manifest, NULL
# and the empty text kept apart; bytes stay hex.
# Run it as a job, one run at a time. A package is read whole into the memory of the driver, so none may have 2 GB.
${elsewhere}import io, os, re, shutil, zipfile

NAME = re.compile(r"^([a-z][a-z0-9_]{0,62})_${taskId}_\\d{8}\\.csv$")
TABLES = {
${schemas.join('\n')}
}
VOLUME = "/Volumes/YOUR_CATALOG/YOUR_SCHEMA/YOUR_VOLUME/${taskId}"

def load(batch, batch_id):
    for row in batch.select("path", "content").orderBy("path").toLocalIterator():
        package = os.path.basename(row.path)
        folder = f"{VOLUME}/unpacked/{package}"
        os.makedirs(folder, exist_ok=True)
        with zipfile.ZipFile(io.BytesIO(row.content)) as files:
            for name in files.namelist():
                match = NAME.match(name)
                if not match or match[1] not in TABLES: raise ValueError(f"{package} has {name}: ask for this recipe again")
                header = TABLES[match[1]][0].encode()
                with files.open(name) as source:
                    if source.read(len(header)) != header:
                        raise ValueError(f"{package} has other columns in {name}: ask for this recipe again, and alter the table")
                with files.open(name) as source, open(f"{folder}/{name}", "wb") as copy: shutil.copyfileobj(source, copy)
                write(batch.sparkSession, package, match[1], f"{folder}/{name}")
        shutil.rmtree(folder)

def write(spark, package, table, path):
    _, schema, date, key = TABLES[table]
    frame = (spark.read.format("csv").schema(schema).option("header", True).option("multiLine", True)
        .option("escape", '"').option("nullValue", "").option("emptyValue", "").option("mode", "FAILFAST").load(path))
    spark.sql(f"CREATE TABLE IF NOT EXISTS \`{table}\` ({schema})")
    if key and date is None: # Twice is as good as once.
        frame.createOrReplaceTempView("datahub_incoming")
        same = " AND ".join(f"t.{name} = s.{name}" for name in key)
        spark.sql(f"MERGE INTO \`{table}\` t USING datahub_incoming s ON {same} WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *")
        return
    writer = (frame.write.format("delta").option("txnAppId", f"datahub-${taskId}-{package}-{table}").option("txnVersion", 1))
    if date is None:
        writer.mode("append").saveAsTable(table)
        return
    days = ", ".join(f"'{row[0]}'" for row in frame.selectExpr(f"CAST(\`{date}\` AS STRING)").distinct().collect())
    if days: writer.mode("overwrite").option("replaceWhere", f"\`{date}\` IN ({days})").saveAsTable(table)

(spark.readStream.format("cloudFiles").option("cloudFiles.format", "binaryFile")
  .option("pathGlobFilter", "*.zip").load("s3://${from}/${folder}")
  .writeStream.foreachBatch(load).option("checkpointLocation", f"{VOLUME}/checkpoint")
  .trigger(availableNow=True).start())
`
}

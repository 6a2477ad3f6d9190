/** What is filled into the recipes. */
export interface RecipeFacts {
  /** Or what stands for it, where it is not known yet. */
  readonly taskId: number | string
  /** `s3://bucket` or an absolute path. */
  readonly root: string
  /** What stands before `reports/`, with its slash; empty: nothing. */
  readonly prefix: string
  readonly isS3: boolean
  readonly region: string
  /** Of a store other than Amazon; empty: Amazon. */
  readonly endpoint: string
}

/** Everything that was delivered and is not loaded, each package once. */
export function loaderRecipe({ taskId, root, prefix, isS3, region, endpoint }: RecipeFacts): string {
  return [
    'npx datahub-loader load',
    `--bucket ${isS3 ? root.replace('s3://', '') : root}`,
    ...(prefix ? [`--prefix ${prefix.replace(/\/$/, '')}`] : []),
    ...(isS3 && region ? [`--region ${region}`] : []),
    ...(endpoint ? [`--endpoint ${endpoint}`] : []),
    `--task ${taskId}`,
    '--into postgres://user@localhost/warehouse',
  ].join(' \\\n  ')
}

export function awsRecipe({ taskId, root, prefix, region, endpoint }: RecipeFacts): string {
  const options = `${region ? ` --region ${region}` : ''}${endpoint ? ` --endpoint-url ${endpoint}` : ''}`
  return `aws s3 cp --recursive${options} \\\n  ${root}/${prefix}reports/${taskId}/ ./reports/${taskId}/`
}

/** Loops over all packages of the log and not only the newest one: two of one day are both taken, and none twice. */
export function pythonRecipe({ taskId, root, prefix, region, endpoint }: RecipeFacts): string {
  const options = [
    ...(region ? [`region_name="${region}"`] : []),
    ...(endpoint ? [`endpoint_url="${endpoint}"`] : []),
  ].join(', ')
  return `import csv, io, pathlib, boto3

s3 = boto3.client("s3"${options ? `, ${options}` : ''})
bucket, folder = "${root.replace('s3://', '')}", "${prefix}reports/${taskId}/"
log = s3.get_object(Bucket=bucket, Key=folder + "sync_log_${taskId}.csv")["Body"].read().decode()
for row in csv.DictReader(io.StringIO(log)):
    name = row["File Name"]
    if row["Status"] == "6" and not pathlib.Path(name).exists():
        s3.download_file(bucket, folder + name, name + ".part")
        pathlib.Path(name + ".part").rename(name)`
}

/**
 * What an exporter looks like that is written in an afternoon: rows as objects from a query stream, csv-stringify,
 * archiver, lib-storage. It counts nothing, verifies nothing and keeps no log.
 *
 *   node bench/delivery/naive-exporter.ts <database URL> <query> <S3 endpoint>
 */
import { S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { ZipArchive } from 'archiver'
import { stringify } from 'csv-stringify'
import { PassThrough } from 'node:stream'
import pg from 'pg'
import QueryStream from 'pg-query-stream'

const [databaseUrl = '', query = '', endpoint = ''] = process.argv.slice(2)
const client = new pg.Client({ connectionString: databaseUrl })
await client.connect()
const csv = client.query(new QueryStream(query)).pipe(stringify({ header: true }))
const zip = new ZipArchive({})
zip.append(csv, { name: 'market_insight_asin.csv' })
const upload = new Upload({
  client: new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'BENCH', secretAccessKey: 'bench' },
  }),
  params: { Bucket: 'bench-bucket', Key: 'naive.zip', Body: zip.pipe(new PassThrough()) },
})
await Promise.all([zip.finalize(), upload.done()])
await client.end()

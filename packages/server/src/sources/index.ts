import { duckdb } from './duckdb/index.ts'
import type { SourceKind } from './kind.ts'
import { mysql } from './mysql/index.ts'
import { postgres } from './postgres/index.ts'
import { amazonAds } from './report-api/amazon-ads.ts'
import { reportApi } from './report-api/index.ts'
import { sample } from './sample/index.ts'

/** The kinds of data source that people can choose. A new one is one line here. */
export const sourceKinds: readonly SourceKind[] = [amazonAds, duckdb, mysql, postgres, reportApi, sample]

import type { SourceView } from '@datahub/core/api/source-shapes'

/** The tables of a source's reports; `built in` where the source brings its own. */
export function tableNames({ reports }: SourceView): string {
  const tables = reports.map(({ table }) => table).filter((table) => typeof table === 'string')
  return tables.length > 0 ? tables.join(', ') : 'built in'
}

import type { ColumnType } from '@datahub/core/bucket/column'
import { join, sql, text } from '../sql.ts'
import { sameKey, type Dialect, type HeldType } from '../target.ts'

const TYPES: Record<ColumnType, string> = {
  boolean: 'boolean',
  smallint: 'smallint',
  integer: 'int',
  bigint: 'bigint',
  decimal: 'decimal(65,30)',
  real: 'float',
  double: 'double',
  date: 'date',
  time: 'time(6)',
  timestamp: 'datetime(6)',
  // In UTC: MySQL's own timestamp ends in 2038.
  timestamptz: "datetime(6) comment 'UTC'",
  text: 'longtext',
  uuid: 'char(36)',
  json: 'json',
  bytes: 'longblob',
}

const HELD: Readonly<Record<string, ColumnType>> = {
  tinyint: 'boolean',
  smallint: 'smallint',
  int: 'integer',
  bigint: 'bigint',
  decimal: 'decimal',
  float: 'real',
  double: 'double',
  date: 'date',
  time: 'time',
  datetime: 'timestamp',
  timestamp: 'timestamp',
  char: 'text',
  varchar: 'text',
  text: 'text',
  tinytext: 'text',
  mediumtext: 'text',
  longtext: 'text',
  json: 'json',
  varbinary: 'bytes',
  blob: 'bytes',
  mediumblob: 'bytes',
  longblob: 'bytes',
}

/** Collations that tell `a` from `A` and from `a `, as the sender does. */
export function mysqlDialect(isMariaDb: boolean): Dialect {
  const collation = isMariaDb ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin'
  return {
    nameMaxBytes: 64,
    quote: (name) => `\`${name.replaceAll('`', '``')}\``,
    declare(holds, isKey) {
      const { type, precision, scale = 0 } = holds
      if (isKey && (type === 'text' || type === 'other')) return 'varchar(255)'
      if (isKey && type === 'bytes') return 'varbinary(255)'
      if (type === 'other') return 'longtext'
      if (type === 'decimal' && precision !== undefined)
        return precision <= 65 && scale <= 30 ? `decimal(${precision},${scale})` : 'longtext'
      return TYPES[type]
    },
    bound: (value) => `'${value}'`,
    jsonObject: (pairs) =>
      sql`json_object(${join(
        pairs.map(([name, column]) => sql`${name}, ${text(column)}`),
        ', ',
      )})`,
    jsonType: 'json',
    deleteMatching: (table, stage, { key, older }) => [
      sql`delete t from ${table} t join ${stage} s on ${sameKey(key)} where ${older}`,
    ],
    dropStage: (stage) => `drop temporary table if exists ${stage}`,
    bigint: 'bigint',
    text: 'longtext',
    shortText: 'varchar(190)',
    tableOptions: ` engine=InnoDB default character set utf8mb4 collate ${collation}`,
    temporary: 'temporary',
    stageOptions: ` engine=InnoDB default character set utf8mb4 collate ${collation}`,
    loadDefault: '',
    createsIndexes: true,
    indexName: ({ name }, column) => `\`${`datahub_${name}_${column}`.replaceAll('`', '').slice(0, 64)}\``,
  }
}

/** `decimal(38,10)`, as information_schema says it, in the words of the manifest. */
export function heldBy(declared: string): HeldType {
  const [, name = '', digits] = /^([a-z]+)(?:\(([\d,]+)\))?/.exec(declared) ?? []
  const type = declared === 'char(36)' ? 'uuid' : HELD[name]
  if (type === undefined || declared.includes('unsigned')) return { type: 'other' }
  if (type === 'boolean' && digits !== '1') return { type: 'other' }
  if (type !== 'decimal') return { type }
  const [precision = 10, scale = 0] = (digits ?? '').split(',').map(Number)
  return precision === 65 && scale === 30 ? { type } : { type, precision, scale }
}

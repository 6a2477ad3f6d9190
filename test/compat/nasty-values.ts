import type { ColumnType } from '@datahub/core/bucket/column'

interface NastyValue {
  /** The column's own name may be one, too. */
  readonly column: string
  readonly type: ColumnType
  readonly sqlType: string
  /** The value as an SQL expression. */
  readonly sql: string
  /** What a reader of the CSV must get for it; docs/format.md has the rules. */
  readonly csv: string
}

const text = (column: string, value: string): NastyValue => ({
  column,
  type: 'text',
  sqlType: 'text',
  sql: `E'${[...value].map(escape).join('')}'`,
  csv: value,
})

function escape(character: string): string {
  return `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`
}

/** Values and column names that have broken writers of CSV before (R31). */
export const nastyValues: readonly NastyValue[] = [
  { column: 'smallest', type: 'bigint', sqlType: 'bigint', sql: '-9223372036854775808', csv: '-9223372036854775808' },
  { column: 'largest', type: 'bigint', sqlType: 'bigint', sql: '9223372036854775807', csv: '9223372036854775807' },
  { column: 'minus five', type: 'integer', sqlType: 'integer', sql: '-5', csv: '-5' },
  {
    column: 'long decimal',
    type: 'decimal',
    sqlType: 'numeric(38,10)',
    sql: '9999999999999999999999999999.0123456789',
    csv: '9999999999999999999999999999.0123456789',
  },
  { column: 'zeros at the end', type: 'decimal', sqlType: 'numeric(10,4)', sql: '0.1', csv: '0.1000' },
  {
    column: 'sum of tenths',
    type: 'double',
    sqlType: 'double precision',
    sql: '0.1::float8 + 0.2::float8',
    csv: '0.30000000000000004',
  },
  {
    column: 'largest double',
    type: 'double',
    sqlType: 'double precision',
    sql: '1.7976931348623157e308',
    csv: '1.7976931348623157e+308',
  },
  { column: 'not a number', type: 'double', sqlType: 'double precision', sql: `'NaN'`, csv: 'NaN' },
  { column: 'minus infinity', type: 'real', sqlType: 'real', sql: `'-Infinity'`, csv: '-Infinity' },
  {
    column: 'microseconds',
    type: 'timestamp',
    sqlType: 'timestamp',
    sql: `'2024-02-29 23:59:59.000001'`,
    csv: '2024-02-29 23:59:59.000001',
  },
  {
    column: 'elsewhere',
    type: 'timestamptz',
    sqlType: 'timestamptz',
    sql: `'2024-03-10 02:30:00.5-08'`,
    csv: '2024-03-10 10:30:00.5+00',
  },
  { column: 'first day', type: 'date', sqlType: 'date', sql: `'0001-01-01'`, csv: '0001-01-01' },
  { column: 'last day', type: 'date', sqlType: 'date', sql: `'9999-12-31'`, csv: '9999-12-31' },
  { column: 'time of day', type: 'time', sqlType: 'time', sql: `'03:00:00.5'`, csv: '03:00:00.5' },
  { column: 'truth', type: 'boolean', sqlType: 'boolean', sql: 'true', csv: 'true' },
  { column: 'octets', type: 'bytes', sqlType: 'bytea', sql: `'\\x00ff2c220a'`, csv: '00ff2c220a' },
  {
    column: 'json',
    type: 'json',
    sqlType: 'jsonb',
    sql: `'{"a": "x, \\"y\\"", "b": null}'`,
    csv: '{"a": "x, \\"y\\"", "b": null}',
  },
  {
    column: 'uuid',
    type: 'uuid',
    sqlType: 'uuid',
    sql: `'BF7C6641-87A9-44F1-BA4A-F412343C5CFC'`,
    csv: 'bf7c6641-87a9-44f1-ba4a-f412343c5cfc',
  },
  { column: 'list', type: 'text', sqlType: 'text[]', sql: `array['a,b', 'NULL', '']`, csv: '{"a,b","NULL",""}' },
  text('empty', ''),
  text('space', ' '),
  text('spaces around', '  a  '),
  text('line feed', 'one\ntwo'),
  text('carriage return', 'one\rtwo'),
  text('Windows', 'one\r\ntwo\r\n'),
  text('quotes', '"quoted", "twice""'),
  text('comma', ','),
  text('tab', '\t'),
  text('semicolon', ';'),
  text('backslash', '\\'),
  text('backslash N', '\\N'),
  text('end of COPY', '\\.'),
  text('NULL', 'NULL'),
  text('NA', 'NA'),
  text('nan', 'nan'),
  text('None', 'None'),
  text('leading zeros', '00042'),
  text('exponent', '1e5'),
  text('formula', '=1+1'),
  text('formula plus', '+1'),
  text('formula minus', '-1'),
  text('formula at', '@SUM(A1)'),
  text('apostrophe', "'"),
  text('emoji', '👩🏽‍🚀🇺🇸'),
  text('Chinese', '亚马逊'),
  text('right to left', 'שלום \u202e'),
  text('combining', 'e\u0301'),
  text('byte order mark', '\ufeff'),
  text('line separator', '\u2028\u2029\u0085'),
  text('bell', '\u0007\u001b[31m'),
  text('long', 'x'.repeat(200_000)),
  text('__proto__', 'not an object'),
  text('constructor', 'nor this'),
  text('a "name", quoted', 'value'),
  text('größe (cm²)', 'value'),
  text('=cmd', 'value'),
]

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/** A table with one row of all the values, and one with NULL in every column. */
export const tableOf = (name: string, values: readonly NastyValue[]) => `
  create table ${name} (${values.map(({ column, sqlType }) => `${quoted(column)} ${sqlType}`).join(', ')});
  insert into ${name} values (${values.map(({ sql }) => sql).join(', ')});
  insert into ${name} default values;`

export const nastyTable = tableOf('nasty', nastyValues)

/** What MySQL has no value for. */
export const isFinite = ({ csv }: NastyValue) => csv !== 'NaN' && !csv.endsWith('Infinity')

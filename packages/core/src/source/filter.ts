import { z } from 'zod'
import type { ColumnType } from '../bucket/column.ts'
import { NULLNESS, OPERATORS, operatorsOf } from './operators.ts'

/** Which rows of a report are delivered: a condition per column, all of which must hold. */

const MOST_VALUES = 1000

const One = z.union([z.string().max(10_000), z.number(), z.boolean()])

export const Filter = z.strictObject({
  column: z.string().min(1, 'must not be empty').max(255).meta({ description: "The column's name in the source" }),
  operator: z.enum(OPERATORS),
  value: z
    .union([One, z.array(One).min(1).max(MOST_VALUES)])
    .optional()
    .meta({ description: 'A list for in and not in; nothing for is null and is not null' }),
})

export type Filter = z.output<typeof Filter>

/** What is wrong with a filter, as the end of a sentence about its field. */
export interface FilterProblem {
  readonly field: 'operator' | 'value'
  readonly problem: string
  readonly cure: string
}

/** The values to compare with, each as text that the column's type can be made of; or what is wrong with them. */
export function readFilter(filter: Filter, type: ColumnType): { values: readonly string[] } | FilterProblem {
  const { operator, value } = filter
  const operators = operatorsOf(type)
  if (!operators.includes(operator)) {
    const cure = `Use one of: ${operators.join(', ')}.`
    return { field: 'operator', problem: `"${operator}" does not fit a column of type ${type}`, cure }
  }
  if (NULLNESS.includes(operator)) {
    if (value === undefined) return { values: [] }
    return { field: 'value', problem: `"${operator}" takes no value`, cure: 'Leave value out.' }
  }
  if (value === undefined) return { field: 'value', problem: 'is missing', cure: 'Write what to compare with.' }
  const isList = operator === 'in' || operator === 'not in'
  if (isList !== Array.isArray(value)) {
    return isList
      ? { field: 'value', problem: 'must be a list', cure: 'Write it like [US, CA].' }
      : { field: 'value', problem: 'must be one value', cure: 'Use in to compare with a list.' }
  }
  const values = (Array.isArray(value) ? value : [value]).map((one) => textOf(one, type))
  const wrong = values.find((one) => typeof one !== 'string')
  if (wrong) return { field: 'value', problem: `must be ${wrong.needs}`, cure: wrong.cure }
  return { values: values as string[] }
}

interface Shape {
  readonly pattern: RegExp
  readonly needs: string
  readonly example: string
}

const DAY = String.raw`\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`
const CLOCK = String.raw`([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?`
const WHOLE: Shape = { pattern: /^[+-]?\d{1,40}$/, needs: 'a whole number', example: '42' }
const NUMBER: Shape = { pattern: /^[+-]?\d{1,60}(\.\d{1,60})?$/, needs: 'a number', example: '12.5' }

/** What values of a type look like; text may be anything. */
const SHAPES: Partial<Record<ColumnType, Shape>> = {
  boolean: { pattern: /^(true|false)$/, needs: 'true or false', example: 'true' },
  smallint: WHOLE,
  integer: WHOLE,
  bigint: WHOLE,
  decimal: NUMBER,
  real: NUMBER,
  double: NUMBER,
  date: { pattern: new RegExp(`^${DAY}$`), needs: 'a day', example: '2024-01-31' },
  time: { pattern: new RegExp(`^${CLOCK}$`), needs: 'a time of day', example: '23:59:59' },
  timestamp: {
    pattern: new RegExp(`^${DAY}([T ]${CLOCK})?$`),
    needs: 'a day or a time without a zone',
    example: '2024-01-31T12:00:00',
  },
  timestamptz: {
    pattern: new RegExp(`^${DAY}[T ]${CLOCK}(Z|[+-]\\d\\d:\\d\\d)$`),
    needs: 'an instant with its offset',
    example: '2024-01-31T12:00:00Z',
  },
  uuid: {
    pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    needs: 'a UUID',
    example: '4f1c2b1e-3c7b-4c52-8d0a-0f8a6d5e9b11',
  },
}

function textOf(value: string | number | boolean, type: ColumnType): string | { needs: string; cure: string } {
  const text = String(value)
  if (text.includes('\0')) return { needs: 'text without NUL', cure: 'Take the NUL out.' }
  const shape = SHAPES[type]
  if (!shape) return text
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return { needs: 'written in quotes', cure: 'Numbers of more than 15 digits are rounded unless they are in quotes.' }
  }
  return shape.pattern.test(text) ? text : { needs: shape.needs, cure: `Write it like ${shape.example}.` }
}

import type { Column } from '@datahub/core/bucket/column'
import { OPERATORS, operatorsOf, type Operator } from '@datahub/core/source/operators'
import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '../../components/ui/button.tsx'
import { TextField } from '../../components/ui/field.tsx'
import { Select } from '../../components/ui/select.tsx'
import { useSourceWords } from '../../i18n/source-form.ts'
import { valueFor, type Filter } from './report-draft.ts'

interface FiltersProps {
  columns: readonly Column[]
  filters: readonly Filter[]
  onChange(filters: Filter[]): void
}

/** Which rows are delivered: conditions that all have to hold. Values are bound by the hub, never part of a statement. */
export function Filters({ columns, filters, onChange }: FiltersProps) {
  const w = useSourceWords()
  const replace = (index: number, filter: Filter) => onChange(filters.with(index, filter))
  const first = columns[0]
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">{w.filters.title}</legend>
      {filters.map((filter, index) => (
        <OneFilter
          key={index}
          columns={columns}
          filter={filter}
          onChange={(next) => replace(index, next)}
          onRemove={() => onChange(filters.toSpliced(index, 1))}
        />
      ))}
      {filters.length === 0 && <p className="text-sm text-soft">{w.filters.none}</p>}
      <div>
        <Button
          size="small"
          isDisabled={!first}
          onPress={() => first && onChange([...filters, { column: first.name, operator: '=', value: '' }])}
        >
          <Plus aria-hidden size={14} />
          {w.filters.add}
        </Button>
      </div>
    </fieldset>
  )
}

interface OneFilterProps {
  columns: readonly Column[]
  filter: Filter
  onChange(filter: Filter): void
  onRemove(): void
}

function OneFilter({ columns, filter, onChange, onRemove }: OneFilterProps) {
  const w = useSourceWords()
  const type = columns.find(({ name }) => name === filter.column)?.type
  const operators = type ? operatorsOf(type) : OPERATORS
  const typed = Array.isArray(filter.value) ? filter.value.join(', ') : (filter.value ?? '')
  const choose = (column: string, operator: Operator) => onChange({ column, operator, ...valueFor(operator, typed) })
  const isList = filter.operator === 'in' || filter.operator === 'not in'
  const takesValue = filter.operator !== 'is null' && filter.operator !== 'is not null'
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,1.3fr)_minmax(0,2fr)_auto]">
      <Select
        size="normal"
        aria-label={w.filters.column}
        items={columns.map(({ name }) => ({ key: name, title: name }))}
        value={filter.column}
        onChange={(column) => choose(column, filter.operator)}
        className="max-sm:col-span-2"
      />
      <Select
        aria-label={w.filters.operator}
        items={operators.map((operator) => ({ key: operator, title: w.filters.operators[operator] }))}
        value={filter.operator}
        onChange={(operator) => choose(filter.column, operator as Operator)}
        className="max-sm:col-span-2"
      />
      {takesValue ? (
        <TextField
          aria-label={w.filters.value}
          defaultValue={typed}
          onChange={(text) => onChange({ ...filter, ...valueFor(filter.operator, text) })}
          placeholder={isList ? w.filters.several : ''}
          mono
        />
      ) : (
        <span />
      )}
      <IconButton label={w.filters.remove} onPress={onRemove}>
        <X aria-hidden size={16} />
      </IconButton>
    </div>
  )
}

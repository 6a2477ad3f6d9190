import type { Problem } from '@datahub/core/api/error-shapes'
import type { ReactNode } from 'react'
import { parseDocument, stringify } from 'yaml'
import { TextField } from '../../components/ui/field.tsx'
import { useSourceWords } from '../../i18n/source-form.ts'
import type { Written } from './source-values.ts'
import { yamlProblems } from './yaml-problems.ts'

export interface YamlFieldProps {
  name: string
  label: string
  help: ReactNode
  value: Written
  onChange(written: Written): void
  /** What the hub has said of the definition that it belongs to. */
  problem: Problem | undefined
  placeholder?: string
}

/** A part of a definition as YAML, with what is wrong by line. */
export default function YamlEditor({ name, label, help, value, onChange, problem, placeholder }: YamlFieldProps) {
  const w = useSourceWords()
  const text = value.text ?? stringify(value.value)
  const problems = yamlProblems(text, name, problem)
  return (
    <div className="flex flex-col gap-2">
      <TextField
        name={name}
        label={label}
        help={help}
        value={text}
        onChange={(typed) => onChange({ text: typed, value: valueIn(typed) })}
        placeholder={placeholder ?? ''}
        rows={Math.min(24, Math.max(6, text.split('\n').length + 1))}
        spellCheck="false"
        mono
      />
      {problems.length > 0 && (
        <ul role="alert" className="flex flex-col gap-0.5 text-sm text-bad">
          {problems.map(({ line, code, message }, index) => (
            <li key={index} className="break-words">
              <span className="num font-medium">{w.line(line)}</span>{' '}
              {code === undefined ? message : w.malformed(code, message)}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** Undefined for a text that is malformed. */
function valueIn(text: string): unknown {
  const document = parseDocument(text)
  return document.errors.length > 0 ? undefined : (document.toJS() as unknown)
}

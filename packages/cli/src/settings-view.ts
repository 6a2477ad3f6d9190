import { visible } from './style.ts'

/**
 * The settings of a source or destination as lines of a block. Secrets come as `{"set": true}` and read `(set)`; nested
 * values are shown as JSON.
 */
export function settingLines(settings: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  return Object.entries(settings).map(([name, value]) => [visible(name), visible(settingText(value))])
}

function settingText(value: unknown): string {
  if (isSecret(value)) return value.set ? '(set)' : '(not set)'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isSecret(value: unknown): value is { set: boolean } {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 1 &&
    'set' in value &&
    typeof value.set === 'boolean'
  )
}

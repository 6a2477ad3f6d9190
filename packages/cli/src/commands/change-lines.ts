import type { Change } from '@datahub/core/api/hub-shapes'
import { visible, type Paint } from '../style.ts'

/** `+ create task "…"`, `~ update destination "…" (region)`, `= unchanged source "…"`: one line for each. */
export function changeLines(changes: readonly Change[], paint: Paint): string {
  return changes.map((change) => changeLine(change, paint)).join('\n')
}

function changeLine({ action, noun, name, fields }: Change, paint: Paint): string {
  const what = `${noun} "${visible(name)}"`
  if (action === 'create') return paint('green', `+ create ${what}`)
  if (action === 'update') return paint('yellow', `~ update ${what} (${fields.map(visible).join(', ')})`)
  return paint('dim', `= unchanged ${what}`)
}

/** `2 to create, 1 to update, 3 unchanged`, or with `done` `2 created, 1 updated, 3 unchanged`. */
export function changeCounts(changes: readonly Change[], done: boolean): string {
  const count = (action: Change['action']) => changes.filter((change) => change.action === action).length
  const [create, update] = done ? ['created', 'updated'] : ['to create', 'to update']
  return `${count('create')} ${create}, ${count('update')} ${update}, ${count('unchanged')} unchanged`
}

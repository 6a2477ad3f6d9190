import type { KeyView } from '@datahub/core/api/key-routes'
import type { Paint } from '../../style.ts'
import { table } from '../../table.ts'

export function keyTable(keys: readonly KeyView[], paint: Paint): string {
  return table(
    keys,
    [
      { title: 'KEY', value: (key) => key.id },
      { title: 'SECRETS', value: (key) => key.secrets, align: 'right' },
      { title: 'USE', value: useOf },
    ],
    paint,
  )
}

function useOf({ use, secrets }: KeyView): string {
  if (use === 'seals') return 'seals and opens'
  if (use === 'missing') return 'MISSING: give it back, or enter these secrets again'
  return secrets === 0 ? 'old; may be removed' : 'old; still needed: run "datahub key rotate"'
}

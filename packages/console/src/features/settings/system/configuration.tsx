import type { SettingView } from '@datahub/core/api/operation-shapes'
import { useState } from 'react'
import { Card } from '../../../components/page.tsx'
import { Table, type Column } from '../../../components/table.tsx'
import { Switch } from '../../../components/ui/switch.tsx'
import { useSystemWords } from '../../../i18n/system.ts'

/** Every setting with its origin; of secrets only whether they are set. */
export function Configuration({ settings }: { settings: readonly SettingView[] }) {
  const words = useSystemWords()
  const [onlySet, showOnlySet] = useState(false)
  const columns: readonly Column<SettingView>[] = [
    { key: 'name', title: words.setting, cell: ({ name }) => <code className="font-mono text-sm">{name}</code> },
    {
      key: 'value',
      title: words.value,
      cell: ({ value, isSecret, isSet }) =>
        value === null ? (
          <span className="text-faint">{isSecret && isSet ? words.secretSet : words.notSet}</span>
        ) : (
          <code className="font-mono text-sm [overflow-wrap:anywhere]">{value}</code>
        ),
    },
    {
      key: 'origin',
      title: words.origin,
      cell: ({ origin }) => <span className={origin === 'default' ? 'text-faint' : ''}>{words.origins[origin]}</span>,
    },
  ]
  return (
    <Card
      flush
      title={words.settings}
      actions={
        <Switch isSelected={onlySet} onChange={showOnlySet}>
          {words.onlySet}
        </Switch>
      }
    >
      <p className="border-b border-line/70 px-4 py-2.5 text-sm text-soft">{words.settingsHint}</p>
      <Table
        caption={words.settings}
        columns={columns}
        rows={settings.filter(({ isSet }) => isSet || !onlySet)}
        keyOf={({ name }) => name}
      />
    </Card>
  )
}

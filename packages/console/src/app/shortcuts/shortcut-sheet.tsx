import { Dialog } from '../../components/ui/dialog.tsx'
import { Switch } from '../../components/ui/switch.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { prefer, usePreferences } from '../preferences.ts'

const isApple = /Mac|iPhone|iPad/.test(navigator.platform)

/** All shortcuts at a glance, and the way to be rid of them. */
export default function ShortcutSheet({ onClose }: { onClose(): void }) {
  const m = useMessages()
  const { shortcuts } = usePreferences()
  const s = m.shortcut
  const groups: readonly (readonly [title: string, rows: readonly (readonly [keys: string, words: string])[]])[] = [
    [
      s.everywhere,
      [
        [isApple ? '⌘ K' : 'Ctrl K', m.nav.palette],
        ['/', s.search],
        ['r', s.refresh],
        ['?', m.nav.shortcuts],
        ['Esc', s.close],
      ],
    ],
    [
      s.goTo,
      [
        ['g h', m.nav.home],
        ['g t', m.nav.tasks],
        ['g d', m.nav.destinations],
        ['g s', m.nav.sources],
        ['g a', m.nav.activity],
      ],
    ],
    [
      s.lists,
      [
        ['j', s.nextRow],
        ['k', s.previousRow],
        ['b', s.backfill],
      ],
    ],
  ]
  return (
    <Dialog wide title={m.nav.shortcuts} isOpen onClose={onClose}>
      <div className="grid gap-x-8 gap-y-5 pb-2 sm:grid-cols-3">
        {groups.map(([title, rows]) => (
          <section key={title}>
            <h3 className="mb-1.5 text-sm font-medium text-soft">{title}</h3>
            <dl className="flex flex-col gap-1.5">
              {rows.map(([keys, words]) => (
                <div key={keys} className="flex items-center justify-between gap-3">
                  <dt>{words}</dt>
                  <dd className="flex gap-1">
                    {keys.split(' ').map((key) => (
                      <kbd
                        key={key}
                        className="grid h-6 min-w-6 place-items-center rounded-sm border border-line bg-sunken px-1.5 font-mono text-xs"
                      >
                        {key}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="border-t border-line pt-3">
        <Switch isSelected={shortcuts} onChange={(shortcuts) => prefer({ shortcuts })}>
          {s.areOn}
        </Switch>
      </div>
    </Dialog>
  )
}

import type { DestinationKindView, DestinationView } from '@datahub/core/api/destination-shapes'
import { KeyRound, Link2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useMay } from '../../../app/me.ts'
import { Card, Facts } from '../../../components/page.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { useDestinationWords } from '../../../i18n/destination-form.ts'
import { fieldsOfKind } from '../destination-values.ts'

const MakeLink = lazy(() => import('../links/make-link.tsx'))
const RotateKeys = lazy(() => import('./rotate-keys.tsx'))

/** Which keys are in use, as far as they may be shown, and the way to new ones. */
export function KeysCard({ view, kind }: { view: DestinationView; kind: DestinationKindView }) {
  const w = useDestinationWords()
  const may = useMay()
  const [open, setOpen] = useState<'rotate' | 'link'>()
  const fields = fieldsOfKind(kind).filter(({ name }) => kind.credentials.includes(name))
  return (
    <Card
      title={w.keys}
      actions={
        may('destination.rotate') && (
          <span className="flex flex-wrap gap-2">
            {kind.kind === 's3' && may('setupLink.create') && (
              <Button size="small" onPress={() => setOpen('link')}>
                <Link2 aria-hidden size={14} />
                {w.askCustomer}
              </Button>
            )}
            <Button size="small" onPress={() => setOpen('rotate')}>
              <KeyRound aria-hidden size={14} />
              {w.rotate}
            </Button>
          </span>
        )
      }
    >
      <Facts
        facts={fields.map(({ name, writeOnly }) => {
          const value = view[name]
          const shown = writeOnly ? w.secretSet : typeof value === 'string' ? <KeyId key={name} text={value} /> : '–'
          return [w.fields[name] ?? name, shown]
        })}
      />
      <Suspense>
        {open === 'rotate' && <RotateKeys view={view} kind={kind} fields={fields} onClose={() => setOpen(undefined)} />}
        {open === 'link' && <MakeLink fixed={presetOf(view)} onClose={() => setOpen(undefined)} />}
      </Suspense>
    </Card>
  )
}

function KeyId({ text }: { text: string }) {
  return <code className="font-mono text-sm break-all">{text}</code>
}

/** Where it delivers to now: whoever gets the link may keep it. */
function presetOf(view: DestinationView) {
  const given = ['bucket', 'region', 'prefix'].flatMap((name) => {
    const value = view[name]
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : []
  })
  return { destination: view.name, ...Object.fromEntries(given) }
}

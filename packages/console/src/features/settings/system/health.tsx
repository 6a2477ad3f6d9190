import type { SystemCheck } from '@datahub/core/api/hub-shapes'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX } from 'lucide-react'
import { query } from '../../../api/hub.ts'
import { CodeValue } from '../../../components/code.tsx'
import { Card, Facts } from '../../../components/page.tsx'
import { useQuantities } from '../../../components/quantity.ts'
import { Answer } from '../../../components/states.tsx'
import { sentences } from '../../../components/sentences.ts'
import { Instant } from '../../../components/time/time.tsx'
import { TextLink } from '../../../components/ui/button.tsx'
import { useFailureText } from '../../../i18n/failure-text.ts'
import { useSettingsWords } from '../../../i18n/settings.ts'
import { useSystemWords } from '../../../i18n/system.ts'

/** What is checked of the hub, and which one it is. */
export function Health() {
  const settings = useSettingsWords()
  const system = useQuery(query.hub.system.queryOptions({ refetchInterval: 15_000 }))
  return (
    <Answer of={system}>
      {(found) => (
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-2">
          <Card title={settings.system}>
            <Facts
              facts={[
                [settings.version, found.version],
                [settings.instance, <CodeValue key="i" text={found.instanceId} what={settings.instance} />],
                [settings.services, found.services.join(', ')],
                [settings.database, settings.databases[found.database]],
                [settings.now, <Instant key="n" at={found.now} seconds />],
              ]}
            />
          </Card>
          <Card flush title={settings.checks}>
            <ul className="divide-y divide-line/70">
              {found.checks.map((check) => (
                <Check key={check.name} check={check} />
              ))}
            </ul>
          </Card>
        </div>
      )}
    </Answer>
  )
}

/** In the reader's words; a check that the page does not know yet speaks for itself. */
function Check({ check: { name, ok, message, remedy, amount = 0, failures } }: { check: SystemCheck }) {
  const settings = useSettingsWords()
  const words = useSystemWords()
  const { bytes, count, duration } = useQuantities()
  const measured = name === 'disk' ? bytes(amount) : name.endsWith('clock') ? duration(amount * 1000) : count(amount)
  const known = words.checks[name]
  const said = known
    ? {
        title: known.title,
        message: ok ? known.fine(measured) : known.wrong(measured),
        remedy: ok ? undefined : known.remedy,
      }
    : { title: name, message, remedy }
  return (
    <li className="flex gap-2.5 px-4 py-2.5">
      {ok ? (
        <CircleCheck aria-hidden size={17} className="mt-0.5 shrink-0 text-good" />
      ) : (
        <CircleX aria-hidden size={17} className="mt-0.5 shrink-0 text-bad" />
      )}
      <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <span className="font-medium">{said.title}</span>
        <span className="sr-only">: {ok ? settings.ok : settings.notOk}</span>{' '}
        <span className="break-words text-soft">{said.message}</span>
        {failures?.map((failure) => <CheckFailure key={failure.code} failure={failure} />) ??
          (said.remedy && <p className="mt-1">{said.remedy}</p>)}
      </div>
    </li>
  )
}

type Failure = NonNullable<SystemCheck['failures']>[number]

/** The setting, what is wrong with it and the cure; the failure itself where no setting is known to be wrong. */
function CheckFailure({ failure: { code, detail, cure, errors } }: { failure: Failure }) {
  const text = useFailureText()
  const told = text(code, detail, cure)
  return (
    <div className="mt-1">
      <TextLink to="/help/errors/$code" params={{ code }}>
        <code className="font-mono text-sm">{code}</code>
      </TextLink>
      {errors.length === 0 && <p>{sentences(told.happened, told.cure)}</p>}
      {errors.map((wrong) => {
        const { happened, cure } = text(null, wrong.problem, wrong.cure)
        return (
          <p key={wrong.field}>
            <code className="font-mono text-sm">{wrong.field}</code> {sentences(happened, cure)}
          </p>
        )
      })}
    </div>
  )
}

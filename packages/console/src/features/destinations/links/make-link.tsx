import type { Problem } from '@datahub/core/api/error-shapes'
import { REGIONS } from '@datahub/core/destination/regions'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { hub, query, type Answers } from '../../../api/hub.ts'
import { asProblem } from '../../../api/problem.ts'
import { CodeBlock } from '../../../components/code.tsx'
import { ErrorSummary, fieldErrors } from '../../../components/form-errors.tsx'
import { Instant } from '../../../components/time/time.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { Checkbox } from '../../../components/ui/checkbox.tsx'
import { ComboBox } from '../../../components/ui/combo-box.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { TextField } from '../../../components/ui/field.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { useMessages } from '../../../i18n/messages.tsx'
import { useSetupLinkWords } from '../../../i18n/setup-link.ts'

interface MakeLinkProps {
  /** Of one that exists and gets new values. */
  fixed?: { destination: string; bucket?: string; region?: string; prefix?: string }
  onClose(): void
}

const HOURS = ['72', '24', '4'] as const
const regions = REGIONS.map((key) => ({ key, title: key }))

/** Makes a setup link and shows it, this once. */
export default function MakeLink({ fixed, onClose }: MakeLinkProps) {
  const m = useMessages()
  const w = useSetupLinkWords().links
  const client = useQueryClient()
  const [values, setValues] = useState({ destination: '', bucket: '', region: '', prefix: '', endpoint: '', ...fixed })
  const [pathStyle, setPathStyle] = useState(false)
  const [hours, setHours] = useState<string>(HOURS[0])
  const [made, setMade] = useState<Answers['setupLink']['create']>()
  const [problem, setProblem] = useState<Problem>()
  const [isPending, setPending] = useState(false)
  const errors = fieldErrors(problem)
  const field = (name: keyof typeof values) => ({
    name,
    value: values[name],
    onChange: (value: string) => setValues((before) => ({ ...before, [name]: value })),
    ...(errors[name] ? { error: errors[name] } : {}),
  })
  const go = async () => {
    setPending(true)
    setProblem(undefined)
    try {
      const { destination, ...preset } = values
      const given = Object.entries(preset).flatMap(([name, value]) => (value.trim() ? [[name, value.trim()]] : []))
      setMade(
        await hub.setupLink.create({
          destination: destination.trim(),
          hours: Number(hours),
          ...(Object.fromEntries(given) as Partial<typeof preset>),
          ...(pathStyle ? { pathStyle } : {}),
        }),
      )
      await client.invalidateQueries({ queryKey: query.setupLink.key() })
    } catch (failure) {
      setProblem(asProblem(failure))
    } finally {
      setPending(false)
    }
  }
  const address = made && `${window.location.origin}/s/${made.code}`
  return (
    <Dialog
      wide
      isOpen
      title={w.dialog}
      onClose={onClose}
      footer={
        made ? (
          <Button look="primary" onPress={onClose}>
            {m.common.close}
          </Button>
        ) : (
          <>
            <Button onPress={onClose}>{m.common.cancel}</Button>
            <Button look="primary" isPending={isPending} onPress={() => void go()}>
              {w.go}
            </Button>
          </>
        )
      }
    >
      {made && address ? (
        <div className="flex flex-col gap-3">
          <p role="status">
            {w.ready} <Instant at={made.expiresAt} />.
          </p>
          <CodeBlock text={address} what={w.link} />
        </div>
      ) : (
        <div className="flex flex-col gap-4">
          <p className="text-soft">{w.lead}</p>
          {problem && <ErrorSummary problem={problem} />}
          {!fixed && <TextField {...field('destination')} label={w.destination} help={w.destinationHelp} isRequired />}
          <div className="grid gap-4 sm:grid-cols-2">
            <ComboBox {...field('region')} label={w.region} items={regions} placeholder="us-east-1" optional free />
            <TextField {...field('bucket')} label={w.bucket} optional />
            <TextField {...field('prefix')} label={w.prefix} optional mono />
            <Select
              label={w.hours}
              items={HOURS.map((key) => ({ key, title: w.hour(Number(key)) }))}
              value={hours}
              onChange={setHours}
            />
            {!fixed && <TextField {...field('endpoint')} label={w.endpoint} optional mono />}
            {!fixed && values.endpoint && (
              <Checkbox isSelected={pathStyle} onChange={setPathStyle}>
                {w.pathStyle}
              </Checkbox>
            )}
          </div>
        </div>
      )}
    </Dialog>
  )
}

import { policyAsCli, policyAsJson, policyAsTerraform } from '@datahub/core/destination/policy-formats'
import { writerPolicy, type PolicyAction } from '@datahub/core/destination/policy'
import { partitionOf } from '@datahub/core/destination/regions'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { CodeBlock } from '../../components/code.tsx'
import { Card } from '../../components/page.tsx'
import { Disclosure } from '../../components/ui/disclosure.tsx'
import { Tabs } from '../../components/ui/tabs.tsx'
import { usePolicyWords } from '../../i18n/policy.ts'
import { textIn, type DestinationValues } from './destination-values.ts'

/** The user whom the guide names; its keys are the ones that are entered. */
export const IAM_USER = 'xnurta-data-task'

type Format = 'json' | 'cli' | 'terraform'

export function IamPolicy({ values }: { values: DestinationValues }) {
  const w = usePolicyWords()
  return (
    <Card title={w.title}>
      <PolicyForms values={values} />
    </Card>
  )
}

/** The policy for what stands in the form at this moment, in the three forms in which people attach it. */
export function PolicyForms({ values }: { values: DestinationValues }) {
  const w = usePolicyWords()
  const [format, setFormat] = useState<Format>('json')
  const [bucket, region] = [textIn(values, 'bucket'), textIn(values, 'region')]
  const isReady = bucket !== '' && region !== ''
  const policy = writerPolicy({
    bucket,
    region,
    prefix: textIn(values, 'prefix'),
    kmsKeyArn: textIn(values, 'kmsKeyArn') || undefined,
    objectAcl: textIn(values, 'acl') === 'bucket-owner-full-control',
  })
  const partition = partitionOf(region)
  const actions = policy.Statement.flatMap(({ Action }) => Action)
  const block = (text: string) => () => <CodeBlock text={text} what={w.title} />
  return (
    <>
      <p className="mb-2 text-sm text-soft">{isReady ? w.lead : w.fillIn}</p>
      {isReady && (
        <>
          <Tabs<Format>
            small
            label={w.title}
            value={format}
            onChange={(chosen) => setFormat(chosen)}
            tabs={[
              { key: 'json', title: w.json, content: block(policyAsJson(policy)) },
              { key: 'cli', title: w.cli, content: block(policyAsCli(policy, IAM_USER)) },
              {
                key: 'terraform',
                title: w.terraform,
                content: block(policyAsTerraform(policy, IAM_USER)),
              },
            ]}
          />
          {partition !== 'aws' && <p className="mt-2 text-sm text-warn">{partition === 'aws-cn' ? w.china : w.gov}</p>}
          <div className="mt-3">
            <Disclosure title={w.why} icon={<ChevronRight aria-hidden size={16} />}>
              <dl className="flex flex-col gap-2 text-sm">
                {actions.map((action) => (
                  <div key={action}>
                    <dt className="font-mono text-xs">{action}</dt>
                    <dd className="text-soft">{w.reasons[action as PolicyAction]}</dd>
                  </div>
                ))}
              </dl>
            </Disclosure>
          </div>
        </>
      )}
    </>
  )
}

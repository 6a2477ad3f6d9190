import { SYNC_LOG_COLUMNS } from '@datahub/core/bucket/sync-log'
import { isFinal, STATUS } from '@datahub/core/execution/status'
import { Printer } from 'lucide-react'
import type { ReactNode } from 'react'
import { CodeBlock } from '../../components/code.tsx'
import { Card } from '../../components/page.tsx'
import { ExecutionStatus } from '../../components/status/status.tsx'
import { Button } from '../../components/ui/button.tsx'
import { useSetupLinkWords } from '../../i18n/setup-link.ts'
import { textIn, type DestinationValues } from '../destinations/destination-values.ts'
import { awsRecipe, loaderRecipe, pythonRecipe } from '../tasks/files/recipes.ts'

const TASK = '<task ID>'

/** What the receiver has to know: how to read every package exactly once, with the bucket that stands in the form. */
export function ConsumerGuide({ values }: { values: DestinationValues }) {
  const w = useSetupLinkWords().guide
  const bucket = textIn(values, 'bucket') || '<bucket>'
  const prefix = textIn(values, 'prefix').replace(/\/*$/, (_end, at) => (at > 0 ? '/' : ''))
  const facts = {
    taskId: TASK,
    root: `s3://${bucket}`,
    prefix,
    isS3: true,
    region: textIn(values, 'region'),
    endpoint: '',
  }
  const recipes = [
    { title: w.load, text: loaderRecipe(facts) },
    { title: w.download, text: awsRecipe(facts) },
    { title: w.python, text: pythonRecipe(facts) },
  ]
  return (
    <Card
      title={w.title}
      actions={
        <Button size="small" onPress={() => window.print()}>
          <Printer aria-hidden size={14} />
          {w.print}
        </Button>
      }
    >
      <p className="mb-4 text-soft">
        {w.lead} {`${TASK}: ${w.taskId}.`}
      </p>
      <div className="flex flex-col gap-5">
        <Part title={w.layout}>
          <CodeBlock text={layout(`s3://${bucket}/${prefix}`)} what={w.layout} />
        </Part>
        <Part title={w.rules}>
          <ol className="ml-5 flex list-decimal flex-col gap-1.5">
            {w.rule.map((rule) => (
              <li key={rule}>{rule}</li>
            ))}
          </ol>
        </Part>
        <div className="grid gap-5 sm:grid-cols-2">
          <Part title={w.log}>
            <ul className="flex flex-wrap gap-1.5">
              {SYNC_LOG_COLUMNS.map((column) => (
                <li key={column} className="rounded-sm bg-sunken px-1.5 font-mono text-sm">
                  {column}
                </li>
              ))}
            </ul>
          </Part>
          <Part title={w.statuses}>
            <ul className="flex flex-col gap-1">
              {Object.values(STATUS)
                .filter(isFinal)
                .map((status) => (
                  <li key={status}>
                    <ExecutionStatus status={status} />
                  </li>
                ))}
            </ul>
            <p className="mt-1.5 text-sm text-soft">{w.final}</p>
          </Part>
        </div>
        <Part title={w.recipes}>
          <div className="flex flex-col gap-3">
            {recipes.map(({ title, text }) => (
              <div key={title} className="min-w-0">
                <p className="mb-1 text-sm text-soft">{title}</p>
                <CodeBlock text={text} what={title} />
              </div>
            ))}
          </div>
        </Part>
      </div>
    </Card>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <h3 className="mb-1.5 font-medium">{title}</h3>
      {children}
    </div>
  )
}

function layout(root: string): string {
  const name = `market_insight_${TASK}_20261122_0000000042`
  return [`${root}reports/${TASK}/`, `  sync_log_${TASK}.csv`, `  ${name}.zip`, `  ${name}.manifest.json`].join('\n')
}

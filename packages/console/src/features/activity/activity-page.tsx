import { useNavigate, useSearch } from '@tanstack/react-router'
import { hub } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { useMay } from '../../app/me.ts'
import { Page } from '../../components/page.tsx'
import { Button } from '../../components/ui/button.tsx'
import { notify, notifyFailure } from '../../components/ui/notices.tsx'
import { SearchBox } from '../../components/ui/search-box.tsx'
import { useActivityWords } from '../../i18n/activity.ts'
import { AuditList } from './audit-list.tsx'

export function ActivityPage() {
  const a = useActivityWords()
  const may = useMay()
  const { action } = useSearch({ from: '/signed-in/activity' })
  const navigate = useNavigate({ from: '/activity' })
  const verify = async () => {
    try {
      const { ok, entries, brokenAt } = await hub.audit.verify()
      if (ok) notify(a.sound(entries))
      else notifyFailure(a.broken(brokenAt ?? 0))
    } catch (failure) {
      const problem = asProblem(failure)
      notifyFailure(problem.detail, problem.cure)
    }
  }
  return (
    <Page
      title={a.title}
      lead={a.lead}
      actions={may('audit.verify') && <Button onPress={() => void verify()}>{a.verify}</Button>}
    >
      <div className="mb-3 flex max-w-md">
        <SearchBox
          label={a.filterAction}
          value={action ?? ''}
          onChange={(text) => void navigate({ search: { action: text || undefined }, replace: true })}
        />
      </div>
      <AuditList key={action} filters={action ? { action } : {}} />
    </Page>
  )
}

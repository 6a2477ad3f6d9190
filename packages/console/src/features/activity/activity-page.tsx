import { useNavigate, useSearch } from '@tanstack/react-router'
import { hub } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { useMay } from '../../app/me.ts'
import { Page } from '../../components/page.tsx'
import { Button } from '../../components/ui/button.tsx'
import { notify, notifyFailure } from '../../components/ui/notices.tsx'
import { SearchBox } from '../../components/ui/search-box.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { AuditList } from './audit-list.tsx'

export function ActivityPage() {
  const m = useMessages()
  const may = useMay()
  const { action } = useSearch({ from: '/signed-in/activity' })
  const navigate = useNavigate({ from: '/activity' })
  const verify = async () => {
    try {
      const { ok, entries, brokenAt } = await hub.audit.verify()
      if (ok) notify(m.activity.sound(entries))
      else notifyFailure(m.activity.broken(brokenAt ?? 0))
    } catch (failure) {
      const problem = asProblem(failure)
      notifyFailure(problem.detail, problem.cure)
    }
  }
  return (
    <Page
      title={m.activity.title}
      lead={m.activity.lead}
      actions={may('audit.verify') && <Button onPress={() => void verify()}>{m.activity.verify}</Button>}
    >
      <div className="mb-3 flex max-w-md">
        <SearchBox
          label={m.activity.filterAction}
          value={action ?? ''}
          onChange={(text) => void navigate({ search: { action: text || undefined }, replace: true })}
        />
      </div>
      <AuditList key={action} filters={action ? { action } : {}} />
    </Page>
  )
}

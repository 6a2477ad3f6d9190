import { useNavigate, useSearch } from '@tanstack/react-router'
import { hub } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { useMay } from '../../app/me.ts'
import { activitySearch, type ActivitySearch } from '../../app/search.ts'
import { Page } from '../../components/page.tsx'
import { Button } from '../../components/ui/button.tsx'
import { notify, notifyFailure } from '../../components/ui/notices.tsx'
import { SearchBox } from '../../components/ui/search-box.tsx'
import { useActivityWords } from '../../i18n/activity.ts'
import { AuditList } from './audit-list.tsx'

export function ActivityPage() {
  const a = useActivityWords()
  const may = useMay()
  const search = useSearch({ from: '/signed-in/activity' })
  const navigate = useNavigate({ from: '/activity' })
  const filter = ({ actor = search.actor ?? '', action = search.action ?? '' }: ActivitySearch) =>
    void navigate({ search: activitySearch({ actor, action }), replace: true })
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
      {may('audit.list') && (
        <div className="mb-3 flex flex-wrap gap-2">
          <SearchBox label={a.filterAction} value={search.action ?? ''} onChange={(action) => filter({ action })} />
          <SearchBox label={a.filterActor} value={search.actor ?? ''} onChange={(actor) => filter({ actor })} />
        </div>
      )}
      <AuditList
        search={search}
        onPage={(page) =>
          void navigate({ search: activitySearch({ actor: search.actor, action: search.action, ...page }) })
        }
        onClear={() => void navigate({ search: {}, replace: true })}
      />
    </Page>
  )
}

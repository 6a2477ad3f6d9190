import { Page } from '../components/page.tsx'
import { Empty } from '../components/states.tsx'
import { ButtonLink } from '../components/ui/button.tsx'
import { useMessages } from '../i18n/messages.tsx'

/** Under the frame of a page, or instead of everything. */
export function NotFound() {
  const m = useMessages()
  return (
    <Page title={m.common.pageNotFound}>
      <Empty
        isFiltered
        title={m.common.pageNotFoundHint}
        action={
          <ButtonLink to="/" look="primary">
            {m.common.backHome}
          </ButtonLink>
        }
      />
    </Page>
  )
}

import { asProblem } from '../api/problem.ts'
import { ProblemBlock } from '../components/states.tsx'
import { useMessages } from '../i18n/messages.tsx'
import { workspace } from './workspace.ts'
import { useRouter } from '@tanstack/react-router'

/** Instead of everything, when not even the reader is known because the hub does not answer. */
export function Unreachable({ error, retry }: { error: unknown; retry(): void }) {
  const m = useMessages()
  const router = useRouter()
  const problem = asProblem(error)
  const again = () => {
    retry()
    void router.invalidate()
  }
  return (
    <main className="mx-auto max-w-xl px-4 pt-[15vh]">
      <ProblemBlock problem={problem} retry={again} />
      {workspace !== undefined && problem.status === 404 && (
        <p className="mt-4">
          {m.nav.notInWorkspace(workspace)}{' '}
          <a href="/" className="text-accent underline-offset-2 hover:underline">
            {m.nav.toOwnWorkspace}
          </a>
        </p>
      )}
    </main>
  )
}

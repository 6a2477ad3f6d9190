import { asProblem } from '../api/problem.ts'
import { ProblemBlock } from '../components/states.tsx'
import { useRouter } from '@tanstack/react-router'

/** Instead of everything, when not even the reader is known because the hub does not answer. */
export function Unreachable({ error, retry }: { error: unknown; retry(): void }) {
  const router = useRouter()
  const again = () => {
    retry()
    void router.invalidate()
  }
  return (
    <main className="mx-auto max-w-xl px-4 pt-[15vh]">
      <ProblemBlock problem={asProblem(error)} retry={again} />
    </main>
  )
}

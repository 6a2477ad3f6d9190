import { useMutation, useQueryClient } from '@tanstack/react-query'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { notify, notifyFailure } from '../../components/ui/notices.tsx'
import { useMessages } from '../../i18n/messages.tsx'

export type TaskVerb = 'run' | 'pause' | 'resume'

interface Named {
  id: number
  name: string
}

/** Runs, pauses or resumes tasks, says how it went, and has everything looked at again that it changed. */
export function useTaskAction() {
  const m = useMessages()
  const client = useQueryClient()
  const one = (verb: TaskVerb, { id }: Named) => hub.task[verb]({ task: String(id) })
  return useMutation({
    mutationFn: async ({ verb, tasks }: { verb: TaskVerb; tasks: readonly Named[] }) => {
      const answers = await Promise.allSettled(tasks.map((task) => one(verb, task)))
      return answers.flatMap((answer) => (answer.status === 'rejected' ? [asProblem(answer.reason)] : []))
    },
    onSuccess: (problems, { verb, tasks }) => {
      const [first] = tasks
      const done = tasks.length - problems.length
      const words = { run: m.task.started, pause: m.task.paused, resume: m.task.resumed }[verb]
      if (done > 0) notify(tasks.length === 1 && first ? words(first.name) : m.task.didMany(done))
      if (problems[0])
        notifyFailure(tasks.length === 1 ? problems[0].detail : m.task.failedMany(problems.length), problems[0].cure)
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: query.task.key() }),
        client.invalidateQueries({ queryKey: query.execution.key() }),
      ]),
  })
}

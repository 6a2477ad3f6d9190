import { Command } from 'commander'
import { showCheck } from '../../check-stream.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { askSource, takesSource } from './which-source.ts'

export function testSource(world: World): Command {
  const command = takesSource(new Command('test'))
    .summary('Try the sign-in and every report')
    .description('Try the sign-in of a data source and every report of it, step by step. Exits 6 when it fails.')
    .action(async (name: string | undefined, { file }: { file?: string }, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const begin = () =>
        askSource(world, command, name, file, {
          saved: (name) => hub.source.test({ name }),
          unsaved: (source) => hub.source.testUnsaved({ source }),
        })
      await showCheck(begin, print, name === undefined ? 'test the data source' : `test data source "${name}"`)
    })
  return withExamples(command, [
    ['datahub source test market_insight', 'whether it can be read, report by report'],
    ['datahub source test -f hub.yaml', 'before it is saved'],
  ])
}

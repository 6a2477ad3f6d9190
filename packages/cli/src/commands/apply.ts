import { Command } from 'commander'
import { withExamples } from '../help.ts'
import { openSession } from '../session.ts'
import type { World } from '../world.ts'
import { changeCounts, changeLines } from './change-lines.ts'
import { sendHubFile } from './hub-file-request.ts'

const FILE_HELP = `
The file:
  sources, destinations, tasks and alertChannels, each a list; see
  docs/030-first-task.md and docs/090-alerts.md.
  "\${env:NAME}" is replaced from the environment of this command. In quotes it
  is always a text; without quotes a number stays a number: port: \${env:PORT}
  Relative folders start at the folder of the file.
  What is not in the file stays as it is in the hub: nothing is removed.
  A new one-time task starts at once, unless it says paused: true.`

export function applyFile(world: World): Command {
  const command = new Command('apply')
    .summary('Create or update what a YAML file defines')
    .description('Create or update the sources, destinations and tasks of a file: all of them, or nothing.')
    .requiredOption('-f, --file <file>', 'YAML with sources, destinations and tasks; - reads stdin')
    .addHelpText('after', FILE_HELP)
    .action(async ({ file }: { file: string }, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const changes = await sendHubFile(file, world, (definition) => hub.hub.apply(definition))
      print.list(changes, 'The file defines nothing.', (paint) => changeLines(changes, paint))
      if (changes.length > 0) print.note(`Applied: ${changeCounts(changes, true)}.`)
    })
  return withExamples(command, [
    ['datahub apply -f hub.yaml', 'again and again: what is already so stays unchanged'],
    ['git show main:hub.yaml | datahub apply -f -', 'from stdin'],
  ])
}

import { Command } from 'commander'
import { withExamples } from '../help.ts'
import { openSession } from '../session.ts'
import type { World } from '../world.ts'
import { changeCounts, changeLines } from './change-lines.ts'
import { sendHubFile } from './hub-file-request.ts'

export function planFile(world: World): Command {
  const command = new Command('plan')
    .summary('Show what applying a file would change')
    .description('Show what applying a file would change. Nothing is changed.')
    .requiredOption('-f, --file <file>', 'YAML with sources, destinations and tasks; - reads stdin')
    .action(async ({ file }: { file: string }, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const changes = await sendHubFile(file, world, (definition) => hub.hub.plan(definition))
      print.list(changes, 'The file defines nothing.', (paint) => changeLines(changes, paint))
      if (changes.length > 0) print.note(`${changeCounts(changes, false)}. Do it with: datahub apply -f ${file}`)
    })
  return withExamples(command, [
    ['datahub plan -f hub.yaml', 'before applying it'],
    [`datahub plan -f hub.yaml --json | jq 'map(select(.action != "unchanged"))'`, 'only what would change'],
  ])
}

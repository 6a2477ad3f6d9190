import { Command } from 'commander'
import { asReference } from '../../arguments.ts'
import { showCheck } from '../../check-stream.ts'
import { withExamples } from '../../help.ts'
import { usageError } from '../../problem.ts'
import { openSession, type Session } from '../../session.ts'
import type { World } from '../../world.ts'
import { sendHubFile } from '../hub-file-request.ts'

export function testDestination(world: World): Command {
  const command = new Command('test')
    .summary('Test the connection, step by step')
    .description(
      'Test the connection of a destination step by step, with what a delivery does and no more rights. Exits 6 when it fails.',
    )
    .argument('<name>', 'its name', asReference)
    .option('-f, --file <file>', 'the values of a YAML file instead of the saved ones; nothing is saved')
    .action(async (name: string, { file }: { file?: string }, command: Command) => {
      const { hub, print } = await openSession(world, command)
      await showCheck(() => testOf(hub, world, name, file), print, `test destination "${name}"`)
    })
  return withExamples(command, [
    ['datahub destination test acme', 'each step with its verdict and, where it failed, the remedy'],
    ['datahub destination test acme --json | jq .ok', 'true or false'],
    ['datahub destination test acme -f hub.yaml', 'before it is applied; a secret left out is the saved one'],
  ])
}

async function testOf(hub: Session['hub'], world: World, name: string, file: string | undefined) {
  if (file === undefined) return await hub.destination.test({ name })
  return await sendHubFile(file, world, async ({ destinations = [] }) => {
    const definition = destinations.find((destination) => destination.name === name)
    if (!definition) {
      const names = destinations.map((destination) => `"${destination.name}"`).join(', ')
      throw usageError(`${file} defines no destination "${name}".`, names ? `It defines ${names}.` : 'It defines none.')
    }
    return await hub.destination.testUnsaved(definition)
  })
}

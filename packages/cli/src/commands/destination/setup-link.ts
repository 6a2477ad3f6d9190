import { Command } from 'commander'
import { asId } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import { table } from '../../table.ts'
import { timeIn } from '../../time.ts'
import type { World } from '../../world.ts'

interface Preset {
  readonly region?: string
  readonly bucket?: string
  readonly endpoint?: string
  readonly pathStyle?: boolean
}

export function makeSetupLink(world: World): Command {
  const command = new Command('setup-link')
    .summary('Let the customer enter bucket and keys')
    .description(
      'Make a code with which the engineer of the customer enters the bucket and the keys of a destination, once, without an account. It is shown this once and works for 72 hours.',
    )
    .argument('<destination>', 'the destination that it creates, or gives new keys to')
    .option('--region <region>', 'where the bucket has to be')
    .option('--bucket <bucket>', 'its name, where it is known')
    .option('--endpoint <url>', 'a store other than Amazon; whoever has the code cannot name another one')
    .option('--path-style', 'put the bucket into the path of the endpoint')
    .action(async (destination: string, preset: Preset, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const made = await hub.setupLink.create({ destination, ...preset })
      print.result(made, () => made.code)
      print.note(`Setup link ${made.id} for "${destination}" works until ${timeIn('UTC', made.expiresAt)}, and once.`)
      print.note('It opens the page /s/<code> of the hub. Whoever has it may use it: send it to one person.')
    })
  return withExamples(command, [['datahub destination setup-link acme --region eu-west-1', 'for a destination to be']])
}

export function listSetupLinks(world: World): Command {
  const command = new Command('setup-links')
    .summary('List the setup links')
    .description('List the setup links of the workspace, and what has become of them.')
    .action(async (_options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const links = await hub.setupLink.list()
      print.list(links, 'No setup link.', (paint) =>
        table(
          links,
          [
            { title: 'ID', value: (link) => link.id, align: 'right' },
            { title: 'DESTINATION', value: (link) => link.destination },
            { title: 'STATE', value: (link) => link.state },
            { title: 'CREATED', value: (link) => timeIn('UTC', link.createdAt) },
            { title: 'EXPIRES', value: (link) => timeIn('UTC', link.expiresAt) },
            { title: 'USED', value: (link) => timeIn('UTC', link.usedAt) },
          ],
          paint,
        ),
      )
    })
  return withExamples(command, [['datahub destination setup-links', 'which ones still work']])
}

export function revokeSetupLink(world: World): Command {
  const command = new Command('revoke-setup-link')
    .summary('Take a setup link back')
    .description('Take a setup link back: from now on the hub refuses it.')
    .argument('<id>', 'its id, from "datahub destination setup-links"', asId)
    .action(async (id: number, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      await hub.setupLink.revoke({ id })
      print.result({ id, revoked: true }, () => `Revoked setup link ${id}.`)
    })
  return withExamples(command, [['datahub destination revoke-setup-link 3', 'when it went to the wrong person']])
}

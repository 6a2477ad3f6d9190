import { Command } from 'commander'
import { asReference } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import { settingLines } from '../../settings-view.ts'
import { visible } from '../../style.ts'
import { block, table } from '../../table.ts'
import { timeIn } from '../../time.ts'
import type { World } from '../../world.ts'

export function listChannels(world: World): Command {
  const command = new Command('list')
    .summary('List where alerts are sent')
    .description('List where alerts are sent, and whether they arrive.')
    .action(async (_options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const channels = await hub.alertChannel.list()
      print.list(channels, 'No channel: nobody is told of alerts.', (paint) =>
        table(
          channels,
          [
            { title: 'NAME', value: (channel) => channel.name },
            { title: 'KIND', value: (channel) => channel.kind },
            { title: 'RECEIVER', value: (channel) => channel.receiver },
            { title: 'ALERTS', value: (channel) => (channel.enabled ? channel.alerts.join(',') : 'off') },
            { title: 'LAST SENT', value: (channel) => timeIn('UTC', channel.lastSentAt) },
            { title: 'WAITING', value: (channel) => channel.waiting, align: 'right' },
            { title: 'GIVEN UP', value: (channel) => channel.dead, align: 'right' },
          ],
          paint,
        ),
      )
    })
  return withExamples(command, [['datahub alert channel list', 'who is told, and what did not arrive']])
}

export function showChannel(world: World): Command {
  const command = new Command('show')
    .summary('Show a channel')
    .description('Show a channel, without its secrets, and the messages of late.')
    .argument('<name>', 'its name', asReference)
    .action(async (name: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const channel = await hub.alertChannel.get({ channel: name })
      const { items: messages } = await hub.alertChannel.messages({ channel: name, limit: 10 })
      const { id, name: shown, kind, failure, createdAt, updatedAt, receiver: _receiver, ...settings } = channel
      print.result({ ...channel, messages }, (paint) => {
        const lines = block(
          [
            ['kind', kind],
            ...settingLines(settings),
            ['failure', failure ? `${failure.message} ${failure.cure}` : undefined],
            ['created', timeIn('UTC', createdAt) ?? undefined],
            ['updated', timeIn('UTC', updatedAt) ?? undefined],
          ],
          paint,
        )
        const sent = table(
          messages,
          [
            { title: 'AT', value: (message) => timeIn('UTC', message.createdAt) },
            { title: 'EVENT', value: (message) => `${message.kind} ${message.event}` },
            { title: 'STATE', value: (message) => message.state },
            { title: 'TRIES', value: (message) => message.attempts, align: 'right' },
            { title: 'ANSWER', value: (message) => message.answer ?? message.failure?.message },
          ],
          paint,
        )
        return `${paint('bold', visible(shown))} #${id}\n${lines}${messages.length > 0 ? `\n\n${sent}` : ''}`
      })
    })
  return withExamples(command, [['datahub alert channel show "on call"', 'its settings, and what was sent of late']])
}

export function removeChannel(world: World): Command {
  const command = new Command('remove')
    .summary('Remove a channel')
    .description('Remove a channel, with what was not sent yet.')
    .argument('<name>', 'its name', asReference)
    .action(async (name: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      await hub.alertChannel.remove({ channel: name })
      print.result({ name, removed: true }, () => `Removed channel "${visible(name)}".`)
    })
  return withExamples(command, [['datahub alert channel remove "on call"', 'nobody is told there any more']])
}

export function rotateChannel(world: World): Command {
  const command = new Command('rotate')
    .summary('Make a new secret for a webhook')
    .description(
      'Make a new secret for a webhook; it is shown this once. For a day messages are signed with the old one as well.',
    )
    .argument('<name>', 'its name', asReference)
    .action(async (name: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const made = await hub.alertChannel.rotate({ channel: name })
      print.result(made, () => made.secret)
      print.note('Give it to the receiver within a day: until then both secrets are good.')
    })
  return withExamples(command, [['datahub alert channel rotate "on call"', 'only the secret goes to stdout']])
}

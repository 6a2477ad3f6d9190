import { ALERT_TOPICS, type AlertTopic } from '@datahub/core/alert/alert'
import { CHANNEL_KINDS, LANGUAGES, type AlertChannelKind, type Language } from '@datahub/core/alert/channel-kinds'
import { Command, InvalidArgumentError, Option } from 'commander'
import { asReference, asWholeNumber } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { usageError } from '../../problem.ts'
import { openSession, type Session } from '../../session.ts'
import { visible } from '../../style.ts'
import type { World } from '../../world.ts'

interface Options {
  readonly kind: AlertChannelKind
  readonly endpoint?: string
  readonly host?: string
  readonly port?: number
  readonly security?: 'starttls' | 'tls' | 'none'
  readonly user?: string
  readonly from?: string
  readonly to?: string[]
  readonly language: Language
  readonly alerts?: AlertTopic[]
  readonly secretStdin?: boolean
}

type Definition = Parameters<Session['hub']['alertChannel']['create']>[0]

const SECRETS_HELP = `
Secrets:
  They are read from stdin with --secret-stdin, a line each, and never from the
  arguments: of slack and wecom the address; of feishu and dingtalk the address
  and, where the robot asks for signatures, its secret; of email the password.`

export function addChannel(world: World): Command {
  const command = new Command('add')
    .summary('Tell somebody else of alerts')
    .description('Add a channel. The secret of a webhook is shown this once.')
    .argument('<name>', 'how it is called', asReference)
    .addOption(new Option('--kind <kind>', 'what it is').choices(CHANNEL_KINDS).makeOptionMandatory())
    .option('--endpoint <url>', 'webhook: the address that gets signed POSTs')
    .option('--host <host>', 'email: the SMTP server')
    .option('--port <port>', 'email: its port (default: 587)', asWholeNumber(1, 65535))
    .addOption(
      new Option('--security <how>', 'email: encryption (default: starttls)').choices(['starttls', 'tls', 'none']),
    )
    .option('--user <user>', 'email: who signs in there')
    .option('--from <address>', 'email: the sender')
    .option('--to <addresses>', 'email: who gets it, between commas', (text: string) => text.split(','))
    .addOption(new Option('--language <language>', 'of the texts').choices(LANGUAGES).default('en'))
    .option('--alerts <topics>', `only these, between commas: ${ALERT_TOPICS.join(', ')}`, asTopics)
    .option('--secret-stdin', 'read the secrets from stdin, a line each')
    .addHelpText('after', SECRETS_HELP)
    .action(async (name: string, options: Options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const secrets = options.secretStdin === true ? linesOf(await world.readStdin()) : []
      const made = await hub.alertChannel.create(definitionOf(name, options, secrets))
      print.result(made, () => made.secret ?? `Added channel "${visible(name)}".`)
      if (made.secret !== null)
        print.note('Keep the secret now: it is not shown again. The receiver checks signatures by it.')
      print.note(`Try it: datahub alert channel test "${visible(name)}"`)
    })
  return withExamples(command, [
    ['datahub alert channel add "on call" --kind webhook --endpoint https://example.com/hook', 'prints its secret'],
    ['echo "$SLACK_URL" | datahub alert channel add "#data" --kind slack --secret-stdin', 'a channel of Slack'],
    [
      'datahub alert channel add mail --kind email --host smtp.example.com --from hub@example.com --to ada@example.com',
      'by e-mail, without a sign-in',
    ],
  ])
}

/** What is missing or wrong the hub says, with the name of the field. */
function definitionOf(name: string, options: Options, [first, second]: readonly string[]): Definition {
  const { kind, secretStdin: _secretStdin, endpoint, host, port, security, user, from, to, ...common } = options
  if (kind !== 'webhook' && endpoint !== undefined)
    throw usageError(`The address of ${kind} is a secret.`, 'Send it to stdin, with --secret-stdin.')
  const fields: Record<AlertChannelKind, object> = {
    webhook: { url: endpoint, secret: first },
    slack: { url: first },
    wecom: { url: first },
    feishu: { url: first, signingSecret: second },
    dingtalk: { url: first, signingSecret: second },
    email: { host, port, security, user, password: first, from, to },
  }
  return { name, kind, ...common, ...fields[kind] } as Definition
}

function linesOf(bytes: Uint8Array): string[] {
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function asTopics(text: string): AlertTopic[] {
  const topics = text.split(',')
  const wrong = topics.find((topic) => !ALERT_TOPICS.some((known) => known === topic))
  if (wrong !== undefined) throw new InvalidArgumentError(`There are ${ALERT_TOPICS.join(', ')}.`)
  return topics as AlertTopic[]
}

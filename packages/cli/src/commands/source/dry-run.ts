import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { asDay } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { sizeWords } from '../../quantity.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { askSource, takesSource } from './which-source.ts'
import { daysOf } from './estimate.ts'

interface Options {
  readonly file?: string
  readonly tables?: readonly string[]
  readonly on?: string
  readonly from?: string
  readonly to?: string
  readonly timeZone: string
  readonly output?: string
}

export function dryRunSource(world: World): Command {
  const command = takesSource(new Command('dry-run'))
    .summary('Make the package of a range into a file, and deliver nothing')
    .description(
      'Make the package of a range as a delivery would, and write it into a file on this machine. Nothing is delivered.',
    )
    .option('--on <day>', 'one day', asDay)
    .option('--from <day>', 'the first day', asDay)
    .option('--to <day>', 'the last day, included', asDay)
    .option('--time-zone <zone>', 'the zone in which the days are cut', 'UTC')
    .option('--tables <tables...>', 'which reports (default: all)')
    .option('-o, --output <file>', 'where to write it; it must not be there yet (default: the name of the package)')
    .action(async (name: string | undefined, options: Options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const { tables, output, file, ...days } = options
      const request = { ...daysOf(command, days), ...(tables === undefined ? {} : { tables: [...tables] }) }
      const zip = await askSource(world, command, name, file, {
        saved: (name) => hub.source.dryRun({ name, ...request }),
        unsaved: (source) => hub.source.dryRunUnsaved({ source, ...request }),
        tables,
      })
      const path = output ?? zip.name
      await writeFile(path, zip.stream(), { flag: 'wx' }).catch((error: NodeJS.ErrnoException) =>
        command.error(`error: cannot write ${path}: ${error.code === 'EEXIST' ? 'it is there already' : error.code}`),
      )
      print.result({ path, sizeBytes: zip.size }, () => `Wrote ${path}, ${sizeWords(zip.size)}. Nothing was delivered.`)
    })
  return withExamples(command, [
    [
      'datahub source dry-run market_insight --on 2024-01-31 -o january.zip',
      'look into a package before anybody gets one',
    ],
    ['datahub source dry-run -f hub.yaml --on 2024-01-31', 'before it is saved'],
  ])
}

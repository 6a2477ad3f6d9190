import type { Command } from 'commander'
import type { Hub } from './client.ts'
import { printerFor, type Printer } from './output.ts'
import type { World } from './world.ts'

/** What a command that speaks to the hub works with. */
export interface Session {
  readonly hub: Hub
  readonly print: Printer
}

/** Reads the options that every command has: `--url` and `--json`. */
export async function openSession(world: World, command: Command): Promise<Session> {
  const { url, json = false } = command.optsWithGlobals<{ url?: string; json?: boolean }>()
  return { hub: await world.connect(url), print: printerFor(world, json) }
}

import type { Command } from 'commander'
import type { Hub } from './client.ts'
import type { Wanted } from './connection.ts'
import { printerFor, type Printer } from './output.ts'
import type { World } from './world.ts'

/** What a command that speaks to the hub works with. */
export interface Session {
  readonly hub: Hub
  readonly print: Printer
}

/** Reads the options that every command has: `--url`, `--workspace` and `--json`. */
export async function openSession(world: World, command: Command): Promise<Session> {
  const { json = false } = command.optsWithGlobals<{ json?: boolean }>()
  return { hub: await world.connect(wantedOf(command)), print: printerFor(world, json) }
}

/** What the options of the command say of the hub and the workspace. */
export function wantedOf(command: Command): Wanted {
  const { url, workspace } = command.optsWithGlobals<{ url?: string; workspace?: string }>()
  return isHubWide(command) ? { url, workspace: null } : { url, workspace }
}

const HUB_WIDE = new Set(['workspace', 'key', 'admin', 'error'])

/** Commands that are about the hub: they mean the same in every workspace. An administrator is one of the hub's own. */
export function isHubWide(command: Command): boolean {
  return HUB_WIDE.has(command.name()) || (command.parent !== null && isHubWide(command.parent))
}

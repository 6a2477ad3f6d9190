import { setTimeout as sleep } from 'node:timers/promises'
import { Random } from '../simulation/random.ts'
import { Load } from './load.ts'
import { Mishaps } from './mishaps.ts'
import { breakNetwork } from './network.ts'
import { CrashReport } from './report.ts'
import { comeToRest } from './rest.ts'
import { setScene, type HubDatabase } from './scene.ts'

export interface CrashOptions {
  readonly kills: number
  /** Of an embedded database's disk. */
  readonly powerCuts: number
  readonly seed: number
  readonly database: HubDatabase
}

/** Sets the scene, kills and freezes under load until it is enough, lets everything come to rest, and compares. */
export async function crash({ kills, powerCuts, seed, database }: CrashOptions): Promise<CrashReport> {
  const random = new Random(seed)
  const report = new CrashReport()
  await using scene = await setScene(database, { withPowerCuts: powerCuts > 0 })
  if (powerCuts > 0 && !scene.disk)
    throw new Error('Power cuts need Linux, root, loop devices and mkfs.ext4; leave --power-cuts out.')
  const load = new Load(scene, random)
  const mishaps = new Mishaps(scene, random, report)
  const over = new AbortController()
  const others = Promise.all([
    load.run(over.signal),
    breakNetwork(scene.links, random, over.signal, () => (report.faults += 1)),
  ])
  // Told when it is waited for
  others.catch(() => undefined)
  try {
    while (report.killed + report.cuts < kills + powerCuts) {
      await sleep(random.between(200, 4000))
      if (report.cuts < powerCuts && random.chance(powerCuts / (kills + powerCuts))) await mishaps.cutPower()
      else await mishaps.hit()
      Object.assign(report, scene.customer.counts())
      process.stderr.write(`${database}: ${report.line()}\n`)
    }
  } finally {
    over.abort()
    await others
  }
  process.stderr.write('Everything works again; waiting for it to come to rest …\n')
  await comeToRest(scene, load, report)
  process.stderr.write(`${database}, compared: ${report.line()}\n`)
  return report
}

export type Victim = 'hub' | 'worker' | 'loader' | 'database'

/** What was done to a scene, and what was wrong with it afterwards. */
export class CrashReport {
  readonly kills: Record<Victim, number> = { hub: 0, worker: 0, loader: 0, database: 0 }
  freezes = 0
  cuts = 0
  faults = 0
  packages = 0
  failed = 0
  /** Each begins with its kind: lost, doubled, changed, left, down. */
  readonly problems: string[] = []

  get killed(): number {
    return Object.values(this.kills).reduce((sum, count) => sum + count, 0)
  }

  /** Problems of this scene as well, with its name before them. */
  add(name: string, other: CrashReport): void {
    for (const victim of Object.keys(other.kills) as Victim[]) this.kills[victim] += other.kills[victim]
    for (const count of ['freezes', 'cuts', 'faults', 'packages', 'failed'] as const) this[count] += other[count]
    this.problems.push(...new Set(other.problems.map((problem) => `${name}: ${problem}`)))
  }

  /** `kills=100 hub=41 … lost=0 doubled=0`: the verdict is in the last words. */
  line(): string {
    const count = (word: string) => this.problems.filter((problem) => problem.includes(`${word}:`)).length
    const words = ['lost', 'doubled', 'changed', 'left', 'down']
    const victims = Object.entries(this.kills).map(([victim, kills]) => `${victim}=${kills}`)
    return [
      `kills=${this.killed} ${victims.join(' ')} freezes=${this.freezes} powerCuts=${this.cuts} networkFaults=${this.faults}`,
      `packages=${this.packages} failed=${this.failed} ${words.map((word) => `${word}=${count(word)}`).join(' ')}`,
    ].join(' ')
  }
}

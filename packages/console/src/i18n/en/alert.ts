export const alert = {
  title: 'Alerts',
  topics: {
    failing: 'Failing',
    recovered: 'Recovered',
    late: 'Late',
    connection: 'Connection test failed',
    paused: 'Paused by itself',
  },
  tasks: (count: number) => (count === 1 ? '1 task' : `${count} tasks`),
  late: 'Nothing was delivered by the time it was due.',
  pausedTitle: 'This task has paused by itself',
  pausedAfter: (failures: number) => `after ${failures} failures in a row`,
  pausedHint: 'Resume it when the cause is mended. What failed and what is missed meanwhile is delivered then.',
  pausedExecution: 'Open the last execution',
  onHome: 'See alerts',
  at: (what: string, where: string) => `${what}: ${where}`,
}

import type { Messages } from '../en/index.ts'

export const alert: Messages['alert'] = {
  title: '告警',
  topics: {
    failing: '投递失败',
    recovered: '已恢复',
    late: '投递延迟',
    connection: '连接测试失败',
    paused: '自动暂停',
  },
  tasks: (count: number) => `${count} 个任务`,
  late: '到期时仍没有投递数据。',
  pausedTitle: '此任务已自动暂停',
  pausedAfter: (failures: number) => `连续失败 ${failures} 次`,
  pausedHint: '解决问题后恢复任务，失败的和期间错过的数据都会补齐。',
  pausedExecution: '查看最后一次执行',
  onHome: '查看告警',
  at: (what: string, where: string) => `${what}：${where}`,
}

import type { MoveTasksMessages } from '../en/move-tasks.ts'

export const moveTasks: MoveTasksMessages = {
  title: (count) => `将 ${count} 个任务移到其他目标存储`,
  to: '新的目标存储',
  untested: '它最近一次连接测试未通过，或从未测试。',
  means: [
    '从现在起，它们投递到新的目标存储。',
    '已投递的数据及其同步日志留在原处，不会重新投递。',
    '新位置的同步日志从头开始：读取数据包的一方需要改从那里读取。',
    '正在执行的任务不会移动，并会说明原因。',
  ],
  already: '已投递到那里，没有变化。',
  busy: '有执行正在进行：届时若仍在进行，则不移动此任务。',
  folder: (folder, log) => `在 ${folder} 继续，并新建 ${log}。`,
  isMoved: '已移动',
  moved: (count, to) => `${count} 个任务现在投递到 ${to}`,
  go: (count) => `移动 ${count} 个任务`,
}

import type { Messages } from '../en/index.ts'

export const home: Messages['home'] = {
  title: '首页',
  needsAction: (count: number) => `需要处理（${count}）`,
  allGood: '所有任务均正常投递',
  allGoodHint: (count: number) => `${count} 个任务按时完成，没有需要您处理的事项。`,
  onTime: '按时',
  needAction: '需要处理',
  paused: '已暂停',
  underWay: '执行中',
  tasksWith: (count: number) => `${count} 个任务`,
  since: '始于',
  open: '查看执行',
  fix: '修复目标存储',
  missing: (count: number) => `缺失 ${count} 个区间`,
  next: '接下来的执行',
  latest: '最近的执行',
  welcome: '欢迎使用 Data Hub',
  steps: {
    source: '连接数据源',
    sourceHint: '数据库、文件、API 或内置示例数据。',
    destination: '添加目标存储',
    destinationHint: '数据包投递到的存储桶。',
    task: '创建任务',
    taskHint: '每天 03:00，或一次性投递最近几个月。',
    done: '已完成',
  },
}

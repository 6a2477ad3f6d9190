import type { Messages } from '../en/index.ts'

export const taskPage: Messages['taskPage'] = {
  tabs: { coverage: '数据覆盖', executions: '执行记录', files: '文件', activity: '动态', settings: '设置' },
  next: '下次',
  tested: '目标存储',
  backfill: '补推……',
  remove: '删除',
  removeTitle: (name: string) => `删除 ${name}？`,
  removeHint: '已投递过的任务不能删除，请改为暂停。存储桶中的内容会保留。',
  removed: (name: string) => `已删除 ${name}`,
  filesTitle: '接收方看到的数据包',
  noFiles: '还没有投递任何数据',
  noFilesHint: '第一个数据包及其清单和同步日志会显示在这里。',
  folder: '存储桶中的文件夹',
  log: '同步日志',
  load: '将每个数据包恰好一次地载入数据库',
  download: '用 AWS 命令行复制数据包',
  edit: '编辑',
  definition: '定义',
  reports: '报告',
  allReports: '全部',
  period: '报告数据范围',
}

import type { Messages } from '../en/index.ts'

export const coverage: Messages['coverage'] = {
  title: '数据覆盖',
  none: '还没有到期的数据区间',
  noneHint: '应当投递的区间会显示在这里。',
  legend: '图例',
  hint: '方向键移动，Shift 选择，Enter 打开，B 补推所选；Page Up 和 Page Down 切换时段。',
  zone: (name: string) => `日期按 ${name} 划分。`,
  hours: (count: number) => `${count} 小时`,
  week: (number: number) => `${number}周`,
  year: '年份',
  newest: '最近 12 个月',
  nothingThen: '这些天没有到期的数据区间。',
  cut: '还有更早的区间未显示，请查看更早的时段。',
  of: (delivered: string, total: string) => `${total} 个区间中已发送 ${delivered} 个`,
  backfillAll: (count: number) => `补推 ${count} 个缺失区间…`,
  backfillSelected: (count: number) => `补推 ${count} 个区间…`,
  openExecution: '打开执行',
  earlier: '更早',
  later: '更晚',
  chosen: '所选区间',
}

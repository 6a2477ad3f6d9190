import type { Messages } from '../en/index.ts'

export const coverage: Messages['coverage'] = {
  title: '数据覆盖',
  none: '还没有到期的数据区间',
  noneHint: '应当投递的区间会显示在这里。',
  legend: '图例',
  hint: '方向键移动，Shift 选择，Enter 打开，B 补推所选',
  of: (delivered: string, total: string) => `${total} 个区间中已发送 ${delivered} 个`,
  backfillAll: (count: number) => `补推 ${count} 个缺失区间……`,
  backfillSelected: (count: number) => `补推 ${count} 个区间……`,
  openExecution: '打开执行',
  earlier: '更早',
  later: '更晚',
  chosen: '所选区间',
}

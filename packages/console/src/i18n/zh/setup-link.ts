import type { Messages } from '../en/index.ts'

export const setupLink: Messages['setupLink'] = {
  title: '您的数据要送到哪里？',
  lead: '请输入接收报表数据的存储桶，以及可以写入该存储桶的密钥。密钥加密保存，不会显示给任何人。',
  forDestination: (name: string) => `${name} 的存储桶`,
  submit: '提交',
  until: '此链接只能使用一次，有效期至',
  done: '谢谢',
  doneLead: '存储桶和密钥已提交。',
  doneHint: '此链接已失效，您可以关闭此页面。',
}

import type { SignInMessages } from '../en/sign-in.ts'

export const signIn: SignInMessages = {
  title: '登录',
  lead: '将报告数据投递到您自己的存储。',
  submit: '登录',
  email: '邮箱',
  password: '密码',
  passwordHelp: '至少 12 个字符：长度比复杂更重要。',
  with: (name: string) => `使用 ${name} 登录`,
  setupNeeded: '此服务还没有管理员。',
  toSetup: '开始设置',
  setupTitle: '设置 Data Hub',
  setupLead: '创建第一位管理员。',
  code: '设置码',
  codeHelp: '服务启动时打印在服务器的控制台上。',
  name: '您的姓名',
  setupSubmit: '创建管理员',
  invitationTitle: '设置密码',
  invitationLead: '您已受邀使用 Data Hub。',
  invitationCode: '邀请码',
  invitationSubmit: '设置密码并登录',
}

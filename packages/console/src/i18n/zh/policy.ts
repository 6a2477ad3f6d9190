import type { PolicyMessages } from '../en/policy.ts'

export const policy: PolicyMessages = {
  title: 'IAM 策略',
  lead: '能正常工作的最小权限。请附加到您所填密钥的 IAM 用户。',
  json: 'JSON',
  cli: 'AWS CLI',
  terraform: 'Terraform',
  why: '为什么需要这些操作？',
  fillIn: '填写存储桶名称和区域后即可看到策略。',
  china: '中国区域使用 arn:aws-cn；控制台为 console.amazonaws.cn。',
  gov: 'GovCloud 区域使用 arn:aws-us-gov。',
  reasons: {
    's3:PutObject': '写入数据包、清单和同步日志（整体或分段），并检查名称是否已存在。',
    's3:GetObject': '在追加之前读回同步日志，并校验已写入的内容。',
    's3:AbortMultipartUpload': '删除失败上传留下的分段，否则会持续计费。',
    's3:ListMultipartUploadParts': '查看中断的上传已到达哪些分段。',
    's3:PutObjectAcl': '在仍使用 ACL 的存储桶中，将对象交给桶的所有者。',
    'kms:GenerateDataKey': '使用存储桶自己的密钥加密。',
    'kms:Decrypt': '合并加密上传的分段并读回内容。',
  },
}

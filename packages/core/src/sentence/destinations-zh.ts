/** What is said of destinations, in Chinese: see `say-in-chinese.ts`. */
export const ofDestinations: Readonly<Record<string, string>> = {
  // What a connection test has seen
  'Bucket {} in {}.': '存储桶 {1}，区域 {2}。',
  'Bucket {} in {}, at {}.': '存储桶 {1}，区域 {2}，地址 {3}。',
  '{}:{} answers, without encryption.': '{1}:{2} 有响应，未加密。',
  '{}:{} answers, with a trusted certificate.': '{1}:{2} 有响应，证书受信任。',
  'The storage does not tell its time.': '目标存储没有返回时间。',
  'The clocks of hub and storage agree.': '服务器与目标存储的时钟一致。',
  "The hub's clock is {} minutes {} the storage's.": '服务器的时钟比目标存储{2} {1} 分钟。',
  'Switch time synchronisation (NTP) on on the server: deliveries correct for it, schedules cannot.':
    '请在服务器上启用时间同步（NTP）：投递会自动校正，调度则不能。',
  'The role is given to us, and to nobody without the external ID.': '可以代入该角色，且没有外部 ID 就不能代入。',
  'The storage accepts the keys.': '目标存储接受这些密钥。',
  'The bucket is in {}.': '存储桶位于 {1}。',
  'The bucket is there; the storage does not name its region, and accepts {}.':
    '存储桶存在；目标存储没有返回区域，接受 {1}。',
  'The bucket is in {}, not in {}: enter {}.': '存储桶位于 {1}，不在 {2}：请填写 {3}。',
  'The bucket is in {}: enter that region.': '存储桶位于 {1}：请填写该区域。',
  '{} was written.': '已写入 {1}。',
  '{} was written, with the ACL that the bucket demands.': '已写入 {1}，并带上存储桶要求的 ACL。',
  '{} was written, without an ACL, because the bucket has them disabled.':
    '已写入 {1}，不带 ACL，因为存储桶已禁用 ACL。',
  'An object that exists is not replaced.': '已有的对象不会被覆盖。',
  'What was written is what is there.': '读回的内容与写入的一致。',
  'Large packages can be uploaded.': '可以上传大数据包。',
  'Parts of failed uploads cannot be removed, and would be billed.': '上传失败后留下的分段无法删除，会产生费用。',
  'In the S3 console, under Management, add a lifecycle rule for the whole bucket: "Delete incomplete multipart uploads" after 7 days.':
    '在 S3 控制台的“管理”中为整个存储桶添加生命周期规则：7 天后删除未完成的分段上传。',
  '{} Or allow it: {}': '{1} 或者授予权限：{2}',
  'Failed uploads leave nothing behind.': '上传失败不会留下任何内容。',
  "A missing object answers like a forbidden one, as under the guide's policy; the hub tells them apart itself.":
    '不存在的对象与禁止访问的对象响应相同，指南中的策略即是如此；Data Hub 能自行区分。',
  'A missing object answers so: the keys may list the bucket, which the hub does not need.':
    '不存在的对象能被识别：这些密钥可以列出存储桶，而 Data Hub 并不需要。',
  'The storage does not know the condition "only if absent" on {}.': '目标存储不支持对{1}使用“仅当不存在时”条件。',
  'The storage ignores the condition "only if absent" on {}.': '目标存储忽略对{1}使用的“仅当不存在时”条件。',
  'Deliveries work, one writer at a time, looked at before and after; let no other Data Hub write to the same bucket and prefix.':
    '投递可以进行：每次只有一个写入者，写入前后都会核对；请勿让其他 Data Hub 写入同一存储桶和前缀。',
  '{} is a folder.': '{1} 是文件夹。',
  '{} is not a folder.': '{1} 不是文件夹。',
  'A test file was written.': '已写入测试文件。',
  'A file that exists is not replaced.': '已有的文件不会被覆盖。',
  'Only {}': '仅有 {1}',
  '{} GiB are free.': '{1} GiB 可用空间。',
  'Free or add disk space.': '请释放或增加磁盘空间。',
  'Memory can be written.': '可以写入内存。',
  'Connection failed: please check the entered information. {}': '连接失败：请检查填写的信息。{1}',
  'Connection successful': '连接成功',
  // What helps
  "The user's policy and the policy of the bucket's key both need {}.":
    '该用户的策略和存储桶密钥的策略都需要包含 {1}。',
  "The user's policy needs {}.": '该用户的策略需要包含 {1}。',
  'If it has that already: does a bucket policy, an organisation policy or a VPC endpoint deny it, or demand encryption or an ACL with every write?':
    '如果已经包含：是否有存储桶策略、组织策略或 VPC 终端节点拒绝，或要求每次写入都加密或带 ACL？',
  'Is the policy younger than a minute?': '策略是否刚设置不到一分钟？',
  'Or does the bucket belong to another account than {}?': '或者存储桶不属于账户 {1}？',
  'For your administrator: request ID {}.': '供管理员查询：请求 ID {1}。',
  'The trust policy of the role needs {}': '该角色的信任策略需要包含 {1}',
  'Without that condition others can be made to write for you. Its trust policy needs {}':
    '没有该条件，他人可冒用您的身份写入。其信任策略需要包含 {1}',
  'It is larger than anything Data Hub writes there: look at it, and move it away.':
    '它大于 Data Hub 会写入的任何内容：请查看并移走。',
  'The new keys have not passed Test Connection in the last 15 minutes: test them first. The present keys stay in use.':
    '新密钥在最近 15 分钟内未通过测试连接：请先测试。现有密钥继续使用。',
  "{} is inside the hub's own data directory: choose a folder outside of it.":
    '{1} 在 Data Hub 自己的数据目录中：请选择该目录以外的文件夹。',
  'Choose a folder in {}, or add it to DATAHUB_FOLDERS_ALLOW on the server.':
    '请选择 {1} 中的文件夹，或在服务器上将其加入 DATAHUB_FOLDERS_ALLOW。',
  'The filesystem replaces existing files on link.': '文件系统在建立链接时会覆盖已有文件。',
  'Another process has held its lock for half a minute; does it hang?': '另一个进程占用锁已超过半分钟；它是否卡住？',
  'The disk that holds the folder is full: free or add space.': '文件夹所在磁盘已满：请释放或增加空间。',
  'The quota of the folder is used up: free or add space.': '文件夹的配额已用完：请释放或增加空间。',
  "The hub's user may not write there: change the owner or the rights of the folder.":
    '运行 Data Hub 的用户无权写入：请更改文件夹的所有者或权限。',
  'The filesystem of the folder forbids it: its rights, or it has no hard links.':
    '文件夹所在的文件系统不允许：权限不足，或不支持硬链接。',
  'The filesystem of the folder is read-only: mount it writable.': '文件夹所在的文件系统只读：请以可写方式挂载。',
  'A part of the path is a file: choose a folder.': '路径中有一部分是文件：请选择文件夹。',
  'A folder stands where a file belongs: move it away.': '应为文件的位置上是文件夹：请移走。',
  'The path is too long for the filesystem: choose a shorter one.': '路径对文件系统来说过长：请选择较短的路径。',
  'Something removed the folder meanwhile; is it a mount that went away?': '文件夹被移除；是否为已断开的挂载？',
  'The network mount went away: mount it again.': '网络挂载已断开：请重新挂载。',
  'The disk reports an error: check it.': '磁盘报告错误：请检查。',
}

/** What helps against what a storage may answer (`destination/storage-errors.ts`), in Chinese. */
export const ofStorages: Readonly<Record<string, string>> = {
  'The bucket is new and its name not known everywhere yet; it is tried again by itself.':
    '存储桶是新建的，名称尚未在各处生效；会自动重试。',
  'The credentials are malformed: enter them again.': '凭证格式有误：请重新填写。',
  'The connection is too slow or broke while sending: check bandwidth and proxy.':
    '连接太慢或在发送时中断：请检查带宽和代理。',
  'The connection broke; it is tried again by itself.': '连接中断；会自动重试。',
  'The storage asks to slow down; it is tried again by itself. For hours? Then many write to this prefix.':
    '目标存储要求放慢；会自动重试。已持续数小时？说明有很多写入者在使用该前缀。',
  'Another write was under way; it is tried again by itself.': '有其他写入正在进行；会自动重试。',
  'The upload lost a part; it starts again by itself.': '上传丢失了一个分段；会自动重新开始。',
  'It does not speak TLS: http instead of https, or another port?': '对方不支持 TLS：应使用 http，还是另一个端口？',
  'Name the file of its authority in NODE_EXTRA_CA_CERTS on the server; there is no switch that ignores certificates.':
    '请在服务器上用 NODE_EXTRA_CA_CERTS 指定其证书颁发机构的文件；没有忽略证书的开关。',
  "The bucket's key is disabled or pending deletion: restore it, or choose another.":
    '存储桶的密钥已停用或等待删除：请恢复，或选择其他密钥。',
  'Copy it again. Is it deleted, inactive, or of another partition (China)? Was it made within the last minute? Then try again.':
    '请重新复制。它是否已删除、已停用，或属于其他分区（中国区）？如果刚创建不到一分钟，请稍后重试。',
  'Paste it again, whole and without spaces. For a store of another make check path style and region, too.':
    '请重新完整粘贴，不要带空格。如果不是 Amazon 的存储，请同时检查路径样式和区域。',
  'There is no such role: check its ARN.': '没有该角色：请检查 ARN。',
  'STS refuses the form of the session: check the ARN of the role. An hour is asked for, which every role allows; is the ARN right, then report it.':
    'STS 拒绝该会话的形式：请检查角色的 ARN。请求的时长为一小时，所有角色都允许；如果 ARN 无误，请反馈。',
  'Activate the region for STS in the account, or use another one.': '请在账户中为 STS 启用该区域，或使用其他区域。',
  'The bucket has ACLs disabled: switch the ACL of this destination off.': '存储桶已禁用 ACL：请关闭此目标存储的 ACL。',
  'The bucket or endpoint takes no writes: is it an archive, a website or a read-only one?':
    '存储桶或终端节点不接受写入：它是归档、网站还是只读的？',
  'The object lies in an archive: choose another bucket or prefix.': '对象在归档中：请选择其他存储桶或前缀。',
  'Check the spelling, or create the bucket. China buckets need a China account.':
    '请检查拼写，或创建该存储桶。中国区存储桶需要中国区账户。',
  'The storage does not accept the name: 3 to 63 lower-case letters, digits and hyphens.':
    '目标存储不接受该名称：应为 3 到 63 个小写字母、数字和连字符。',
  'The endpoint or prefix is malformed: check them.': '终端节点或前缀格式有误：请检查。',
  "The bucket's key is disabled: enable it, or choose another.": '存储桶的密钥已停用：请启用，或选择其他密钥。',
  "The bucket's key does not exist: choose another.": '存储桶的密钥不存在：请选择其他密钥。',
  'The key service throttles: switch S3 Bucket Keys on.': '密钥服务限流：请启用 S3 存储桶密钥。',
  'The object changed while it was looked at; it is tried again by itself.': '对象在查看时发生变化；会自动重试。',
  'The upload was closed by somebody else; it starts again by itself. A lifecycle rule for unfinished uploads needs at least a day.':
    '上传被他人关闭；会自动重新开始。针对未完成上传的生命周期规则至少需要一天。',
  'The storage lacks something that is needed: look at the details, and tell us its name.':
    '目标存储缺少所需的功能：请查看详情，并告诉我们它的名称。',
  'The storage refused the form of the request: report it, with its name. A bucket with Object Lock needs checksums.':
    '目标存储拒绝了请求的形式：请连同它的名称一起反馈。启用对象锁定的存储桶需要校验和。',
  'The bucket demands a storage class that it does not have.': '存储桶要求的存储类别并不存在。',
  'The storage does not have this encryption: choose another one for this destination.':
    '目标存储不支持这种加密：请为此目标存储选择其他加密方式。',
  'The storage takes no parts of this size: report it.': '目标存储不接受这种大小的分段：请反馈。',
  'The name is too long: choose a shorter prefix.': '名称过长：请选择较短的前缀。',
  'The name server does not answer: check DNS.': '域名服务器没有响应：请检查 DNS。',
  'Nothing listens there: check the port, firewall and proxy.': '该地址没有服务在监听：请检查端口、防火墙和代理。',
  'Nothing answers there: check firewall, proxy and VPN.': '该地址没有响应：请检查防火墙、代理和 VPN。',
  'Its certificate has expired: renew it.': '对方的证书已过期：请更新。',
  "Its certificate is not valid yet: check the server's clock.": '对方的证书尚未生效：请检查服务器的时钟。',
  'Its certificate is for another host: check the endpoint; a bucket with dots needs path style.':
    '对方的证书属于其他主机：请检查终端节点；名称带点的存储桶需要路径样式。',
  'It does not speak HTTP: https instead of http, or another port?': '对方不支持 HTTP：应使用 https，还是另一个端口？',
  'Add s3:GetObject to the policy of the user: the sync log is read before it is extended.':
    '请在该用户的策略中加入 s3:GetObject：同步日志在追加前需要读取。',
  'No failure by itself: without s3:ListBucket a missing object answers like a forbidden one, and a conditional write tells which.':
    '本身不是失败：没有 s3:ListBucket 时，不存在的对象与禁止访问的对象响应相同，由条件写入来区分。',
  'Only told beside the reason why the upload failed. Allow s3:AbortMultipartUpload, or add a lifecycle rule for unfinished uploads.':
    '只与上传失败的原因一起说明。请授予 s3:AbortMultipartUpload，或为未完成的上传添加生命周期规则。',
  'No failure by itself: the hub writes without conditions, one writer at a time, and reads back what stands there.':
    '本身不是失败：Data Hub 不带条件写入，每次只有一个写入者，并读回核对。',
  'A new one is asked for; it is tried again by itself.': '会重新获取；会自动重试。',
  'Something before the storage answered: check endpoint, port, path style and proxies.':
    '响应来自目标存储之前的某个环节：请检查终端节点、端口、路径样式和代理。',
  // What is left of a remedy once nothing is tried again by itself
  'It is not tried again by itself any more: retry it ("datahub execution retry").':
    '不会再自动重试：请手动重试（“datahub execution retry”）。',
  'If it goes on, look at the database.': '如果持续发生，请检查数据库。',
  'If it goes on, spread the tasks over the day or lower requestsPerMinute.':
    '如果持续发生，请将任务分散到一天中，或降低每分钟请求数。',
  "If it goes on, try the same report in the service's own console.":
    '如果持续发生，请在该服务自己的控制台中尝试同一报表。',
  'If it goes on, check the disk.': '如果持续发生，请检查磁盘。',
  'Check the bandwidth.': '请检查带宽。',
  'If it goes on, a proxy alters the traffic.': '如果持续发生，说明有代理改动了流量。',
  'The bucket is new and its name not known everywhere yet.': '存储桶是新建的，其名称尚未在各处生效。',
  'The connection broke.': '连接中断。',
  'The storage asks to slow down.': '目标存储要求放慢速度。',
  'For hours? Then many write to this prefix.': '持续数小时？说明有很多写入者使用此前缀。',
  'Another write was under way.': '有其他写入正在进行。',
  'The upload lost a part.': '上传丢失了一个分段。',
  'The object changed while it was looked at.': '对象在查看时发生变化。',
  'The upload was closed by somebody else.': '上传被其他人关闭。',
  'A lifecycle rule for unfinished uploads needs at least a day.': '针对未完成上传的生命周期规则至少需要一天。',
  'A new one is asked for.': '会重新获取。',
}

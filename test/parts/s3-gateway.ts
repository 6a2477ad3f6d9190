import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cephConfiguration } from './ceph-configuration.ts'
import { freePort, runOnce, startDaemon, waitUntil, type Daemon } from './daemon.ts'
import type { IamUser, S3Endpoint } from './endpoints.ts'
import { denyAllElse } from './seed-policy.ts'

export interface S3Gateway {
  readonly part: S3Endpoint
  stop(): Promise<void>
}

/**
 * A real S3 with IAM policies: Ceph's RADOS Gateway on a cluster of one monitor and one object store in memory, on
 * 127.0.0.1, all state in `folder`. Ready in a few seconds, as any user. Nothing survives `stop`. A second gateway to the
 * same buckets gives out sessions of roles, and takes them.
 *
 * Where it differs from AWS: stream bodies with a trailing checksum get 411 (send buffers, or set
 * `requestChecksumCalculation: 'WHEN_REQUIRED'`), checksums are not verified, `If-Match` wants the ETag without quotes,
 * a conditional CompleteMultipartUpload is not honoured, and any region is accepted.
 */
export async function startS3Gateway(folder: string): Promise<S3Gateway> {
  const daemons: Daemon[] = []
  async function stop() {
    await Promise.all(daemons.map((daemon) => daemon.stop()))
  }
  try {
    const part = await startCluster(folder, (daemon) => daemons.push(daemon))
    return { part, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startCluster(folder: string, keep: (daemon: Daemon) => void): Promise<S3Endpoint> {
  for (const name of ['mon', 'osd', 'rgw', 'run', 'log']) mkdirSync(join(folder, name), { recursive: true })
  const [monitorPort, port, stsPort] = [await freePort(), await freePort(), await freePort()]
  const [clusterId, storeId] = [randomUUID(), randomUUID()]
  const configuration = join(folder, 'ceph.conf')
  writeFileSync(configuration, cephConfiguration({ folder, clusterId, monitorPort, port, stsPort }))
  const ceph = (command: string, ...args: string[]) => runOnce(command, ['--conf', configuration, ...args])
  const start = (name: string, command: string, ...args: string[]) => {
    const logPath = join(folder, 'log', `${name}.out`)
    // Killed without ado: what they hold is thrown away.
    const daemon = startDaemon(command, ['--conf', configuration, '-f', ...args], { logPath, stopSignal: 'SIGKILL' })
    keep(daemon)
    return daemon
  }

  const monitorMap = join(folder, 'monmap')
  const address = `[v2:127.0.0.1:${monitorPort}]`
  await runOnce('monmaptool', ['--create', '--clobber', '--fsid', clusterId, '--addv', 'a', address, monitorMap])
  await ceph('ceph-mon', '-i', 'a', '--mkfs', '--monmap', monitorMap, '--keyring', '/dev/null')
  const monitor = start('mon', 'ceph-mon', '-i', 'a')
  await waitUntil(() => succeeds(ceph('ceph', '--connect-timeout', '2', 'osd', 'new', storeId, '0')), monitor, 60_000)
  await ceph('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', storeId)
  start('osd', 'ceph-osd', '-i', '0')
  const gateway = start('rgw', 'radosgw', '-n', 'client.rgw')
  const endpoint = `http://127.0.0.1:${port}`
  await waitUntil(() => answers(endpoint), gateway, 60_000)
  const sessions = start('sts', 'radosgw', '-n', 'client.sts')
  const stsEndpoint = `http://127.0.0.1:${stsPort}`

  const addUser = async (name: string, ...options: string[]): Promise<IamUser> => {
    const user = { name, accessKeyId: newKey(20), secretAccessKey: newKey(40) }
    const keys = ['--access-key', user.accessKeyId, '--secret-key', user.secretAccessKey]
    await ceph('radosgw-admin', 'user', 'create', '--uid', name, '--display-name', name, ...keys, ...options)
    return user
  }
  const [owner, user, strictUser] = await Promise.all([
    addUser('owner', '--caps', 'user-policy=*;roles=*'),
    addUser('xnurta-data-task', '--max-buckets=-1'),
    addUser('xnurta-data-task-strict', '--max-buckets=-1'),
  ])
  const part = { endpoint, stsEndpoint, region: 'us-east-1', owner, user, strictUser }
  await denyAllElse(part)
  await waitUntil(() => answers(stsEndpoint), sessions, 60_000)
  return part
}

async function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  )
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  )
}

function newKey(length: number): string {
  return randomBytes(length).toString('hex').slice(0, length).toUpperCase()
}

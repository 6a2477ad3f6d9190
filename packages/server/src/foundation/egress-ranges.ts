import { BlockList, isIP } from 'node:net'

/** How far an address lies from an ordinary host: `local` is this machine, `special` is nothing a user has business with. */
export type Reach = 'ordinary' | 'local' | 'special'

const LOCAL = ['127.0.0.0/8', '::1/128']

/** IANA's special-purpose registries, and the metadata services that hand out a machine's identity. */
const SPECIAL = [
  '0.0.0.0/8', // this network
  '169.254.0.0/16', // link-local: metadata of AWS, Azure, Google, OpenStack
  '192.0.0.0/24', // protocol assignments: metadata of Oracle (192.0.0.192)
  '100.100.100.200/32', // metadata of Alibaba
  '168.63.129.16/32', // Azure's host agent
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
  '::/128', // unspecified
  'fe80::/10', // link-local
  'fec0::/10', // site-local, deprecated
  'ff00::/8', // multicast
  'fd00:ec2::/32', // metadata, DNS and time of AWS
  'fd20:ce::/32', // metadata of Google
]

/** Prefixes of IPv6 addresses that are an IPv4 address in disguise: mapped, NAT64, compatible, and 6to4. */
const EMBEDDED: readonly [prefix: readonly number[], offset: number][] = [
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], 12],
  [[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], 12],
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 12],
  [[0x20, 0x02], 2],
]

const local = rangesOf(LOCAL)
const special = rangesOf(SPECIAL)

/** A list of `a.b.c.d/n`, `x::/n` or single addresses. Throws a RangeError that names the entry that is none. */
export function rangesOf(cidrs: readonly string[]): BlockList {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const [address = '', prefix] = cidr.split('/', 2)
    const family = isIP(address)
    const bits = family === 6 ? 128 : 32
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1
    if (family === 0 || length < 0 || length > bits || cidr.split('/').length > 2) throw new RangeError(cidr)
    list.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}

/** Whether the list has the address. An IPv4 address in IPv6's clothes is judged as IPv4. */
export function listHas(list: BlockList, address: string): boolean {
  const plain = unwrap(address)
  return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}

export function reachOf(address: string): Reach {
  if (listHas(local, address)) return 'local'
  return listHas(special, address) ? 'special' : 'ordinary'
}

/** `::ffff:7f00:1` → `127.0.0.1`; any other address as it is, without its zone. */
function unwrap(address: string): string {
  const [plain = ''] = address.split('%', 1)
  if (isIP(plain) !== 6) return plain
  const bytes = bytesOf(plain)
  const form = EMBEDDED.find(([prefix]) => prefix.every((byte, index) => bytes[index] === byte))
  if (form === undefined) return plain
  const embedded = bytes.slice(form[1], form[1] + 4)
  // :: and ::1 are no IPv4 addresses.
  return form[1] === 12 && form[0].every((byte) => byte === 0) && embedded[0] === 0 ? plain : embedded.join('.')
}

/** The 16 bytes of an IPv6 address in any spelling; the URL parser brings it to hexadecimal groups first. */
function bytesOf(address: string): number[] {
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::')
  const groups = (text: string | undefined) => (text ? text.split(':').map((group) => Number.parseInt(group, 16)) : [])
  const left = groups(head)
  const right = groups(tail)
  const all = [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right]
  return all.flatMap((group) => [group >> 8, group & 0xff])
}

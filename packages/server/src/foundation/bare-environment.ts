/**
 * The environment for threads and processes of ours that need nothing of the hub's, which has secrets: only where Node
 * keeps what it has compiled, without which a thread takes 16 MB more.
 */
export function bareEnvironment(): Readonly<Record<string, string>> {
  const { NODE_COMPILE_CACHE: folder } = process.env
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder }
}

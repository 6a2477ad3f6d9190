import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import asc from 'assemblyscript/asc'

const SOURCE = 'packages/server/wasm/index.ts'
export const COMPILED = 'packages/server/src/package/deflate.wasm'

/** The compressor as WebAssembly. It lays out its memory itself, and so needs no runtime. Throws what is wrong with it. */
export async function compileWasm(root: string): Promise<Uint8Array> {
  let binary: Uint8Array | undefined
  const complaints: string[] = []
  const { error } = await asc.main(
    [SOURCE, '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--outFile', 'deflate.wasm'],
    {
      readFile: (name, folder) => readFile(resolve(root, folder, name), 'utf8').catch(() => null),
      writeFile: (_name, contents) => void (binary = contents as Uint8Array),
      listFiles: () => null,
      stderr: { write: (text) => void complaints.push(String(text)) },
    },
  )
  if (error || !binary) throw new Error(complaints.join(''), { cause: error })
  return binary
}

import { parentPort, workerData } from 'node:worker_threads'
import { deflateBlock, type Block } from './block.ts'

/** What a worker thread is started with. */
export interface DeflateWorkerData {
  readonly level: number
}

/** What it answers to each block, in the order in which the blocks came. */
export interface DeflatedBlock {
  readonly memory: ArrayBuffer
  readonly compressedBytes: number
}

const { level } = workerData as DeflateWorkerData

parentPort?.on('message', (block: Block) => {
  const answer: DeflatedBlock = { memory: block.memory, compressedBytes: deflateBlock(block, level) }
  parentPort?.postMessage(answer, [block.memory])
})

import { parentPort } from 'node:worker_threads'
import type { Block } from './block.ts'
import { deflateBlock } from './deflate-block.ts'

// Each block is answered, in the order in which the blocks came.
parentPort?.on('message', (block: Block) => parentPort?.postMessage(deflateBlock(block), [block.memory]))

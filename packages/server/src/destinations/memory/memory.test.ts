import { exerciseDestination } from '../exercise-destination.ts'
import { openMemory, type MemoryObject } from './index.ts'

const objects = new Map<string, MemoryObject>()

exerciseDestination('memory', () => Promise.resolve(openMemory(objects)))

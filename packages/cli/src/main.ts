import { processWorld } from './process-world.ts'
import { run } from './run.ts'

// Not process.exit(): what is still in a pipe has to arrive.
process.exitCode = await run(process.argv.slice(2), processWorld())

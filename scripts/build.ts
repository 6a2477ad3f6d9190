/** `npm run build`: builds what is served as files, the console, when it is missing or older than its source. */
import { buildConsole } from '@datahub/console/built'

await buildConsole((sentence) => process.stderr.write(`${sentence}\n`))

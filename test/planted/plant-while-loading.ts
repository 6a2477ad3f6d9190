/**
 * `node --import`: one module is loaded with a bug in it, here and in the threads of this process; files stay as they
 * are. Everything that it takes is in the environment, as every process of a test loads this first.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const { PLANTED_IN: url, PLANTED_SOURCE: path = '', PLANTED_MARK: mark = '' } = process.env

if (url !== undefined)
  registerHooks({
    load(loaded, context, next) {
      if (loaded !== url) return next(loaded, context)
      // Whoever judges wants to know that it was loaded at all
      writeFileSync(mark, '')
      return { source: readFileSync(path, 'utf8'), format: 'module-typescript', shortCircuit: true }
    },
  })

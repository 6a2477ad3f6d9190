import { delimiter } from 'node:path'

/**
 * The npm settings that pass from the environment to the npm we call: how to reach the registry and where npm keeps its
 * files. All others are dropped, because an outer `npm run` exports every setting it was given, and an inherited
 * `omit`, `global`, `prefix` or `workspace` would quietly install something else, or somewhere else.
 */
const keptSettings = new Set([
  'ca',
  'cache',
  'cafile',
  'cert',
  'globalconfig',
  'https_proxy',
  'key',
  'noproxy',
  'offline',
  'prefer_offline',
  'proxy',
  'registry',
  'strict_ssl',
  'userconfig',
])

/** A copy of `env` without what an outer npm left in it. */
export function cleanEnvironment(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => isKept(name)))
}

function isKept(name) {
  const setting = /^npm_config_(.+)$/i.exec(name)?.[1]
  if (setting === undefined) return !/^npm_/i.test(name)
  const isCredentialOrScope = setting.startsWith('//') || setting.startsWith('@')
  return isCredentialOrScope || keptSettings.has(setting.toLowerCase().replaceAll('-', '_'))
}

/** A copy of `env` in which programs are looked for in `folders` first. */
export function withPath(env, folders) {
  return { ...env, PATH: [...folders, env.PATH ?? ''].filter(Boolean).join(delimiter) }
}

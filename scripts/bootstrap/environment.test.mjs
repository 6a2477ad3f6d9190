import { describe, expect, it } from 'vitest'
import { cleanEnvironment, withPath } from './environment.mjs'

describe('the environment of the npm we call', () => {
  it('loses what an outer npm run exports', () => {
    const env = { npm_config_omit: 'dev', npm_config_prefix: '/x', npm_lifecycle_event: 'test', npm_package_json: '/y' }
    expect(cleanEnvironment({ ...env, NPM_CONFIG_GLOBAL: 'true', npm_execpath: '/z' })).toEqual({})
  })

  it('keeps how to reach the registry, however it is written', () => {
    const env = {
      npm_config_registry: 'https://npm.example',
      'npm_config_//npm.example/:_authToken': 'secret',
      'npm_config_@acme:registry': 'https://acme.example',
      'NPM_CONFIG_HTTPS-PROXY': 'http://proxy.example',
      NPM_CONFIG_STRICT_SSL: 'true',
    }
    expect(cleanEnvironment(env)).toEqual(env)
  })

  it('keeps everything that is not npm’s', () => {
    const env = { HOME: '/root', HTTPS_PROXY: 'http://proxy.example', NODE_ENV: 'production' }
    expect(cleanEnvironment(env)).toEqual(env)
  })

  it('finds our programs before those of the machine', () => {
    expect(withPath({ PATH: '/usr/bin', HOME: '/root' }, ['/a', '/b'])).toEqual({
      PATH: '/a:/b:/usr/bin',
      HOME: '/root',
    })
    expect(withPath({}, ['/a'])).toEqual({ PATH: '/a' })
  })
})

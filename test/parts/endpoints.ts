/**
 * The real parts that integration tests run against, and where they are.
 *
 * `npm test` starts throw-away parts and tells the tests by environment variables. Whoever sets all variables of a part
 * beforehand has the tests use a part of their own:
 *
 *   DATAHUB_TEST_DATABASE_URL       a PostgreSQL ≥ 13, as a role that may create databases
 *   DATAHUB_TEST_MARIADB_URL        a MariaDB, as a user who may create databases and LOAD DATA LOCAL
 *   DATAHUB_TEST_S3_ENDPOINT        an S3 with IAM policies, e.g. http://127.0.0.1:21390 (path-style requests)
 *   DATAHUB_TEST_S3_STS_ENDPOINT    where sessions of its roles are given out and used; may be the same
 *   DATAHUB_TEST_S3_REGION          its region
 *   DATAHUB_TEST_S3_OWNER_KEY       the account that owns the buckets and may call PutUserPolicy, CreateRole …
 *   DATAHUB_TEST_S3_OWNER_SECRET
 *   DATAHUB_TEST_S3_USER_NAME       … an IAM user of it without any rights: tests grant it the seed's policy …
 *   DATAHUB_TEST_S3_USER_KEY
 *   DATAHUB_TEST_S3_USER_SECRET
 *   DATAHUB_TEST_S3_STRICT_NAME     … and another one, to which everything else is denied explicitly
 *   DATAHUB_TEST_S3_STRICT_KEY
 *   DATAHUB_TEST_S3_STRICT_SECRET
 */
export interface Parts {
  database: { url: string }
  mariadb: { url: string }
  s3: S3Endpoint
}

export interface S3Endpoint {
  endpoint: string
  stsEndpoint: string
  region: string
  owner: AccessKey
  user: IamUser
  strictUser: IamUser
}

export interface AccessKey {
  accessKeyId: string
  secretAccessKey: string
}

export interface IamUser extends AccessKey {
  name: string
}

/** The parts' shape, with the name of the variable in place of every value. */
const variables: Parts = {
  database: { url: 'DATAHUB_TEST_DATABASE_URL' },
  mariadb: { url: 'DATAHUB_TEST_MARIADB_URL' },
  s3: {
    endpoint: 'DATAHUB_TEST_S3_ENDPOINT',
    stsEndpoint: 'DATAHUB_TEST_S3_STS_ENDPOINT',
    region: 'DATAHUB_TEST_S3_REGION',
    owner: { accessKeyId: 'DATAHUB_TEST_S3_OWNER_KEY', secretAccessKey: 'DATAHUB_TEST_S3_OWNER_SECRET' },
    user: {
      name: 'DATAHUB_TEST_S3_USER_NAME',
      accessKeyId: 'DATAHUB_TEST_S3_USER_KEY',
      secretAccessKey: 'DATAHUB_TEST_S3_USER_SECRET',
    },
    strictUser: {
      name: 'DATAHUB_TEST_S3_STRICT_NAME',
      accessKeyId: 'DATAHUB_TEST_S3_STRICT_KEY',
      secretAccessKey: 'DATAHUB_TEST_S3_STRICT_SECRET',
    },
  },
}

type Environment = Readonly<Record<string, string | undefined>>

/** The part, for a test; throws a sentence that says how to run the test when the part is not there. */
export function requirePart<Name extends keyof Parts>(name: Name, env: Environment = process.env): Parts[Name] {
  const part = findPart(name, env)
  if (part) return part
  throw new Error(`This test needs the real part "${name}". Run it with \`npm test -- <path of the test>\`.`)
}

/** The part as the environment describes it, undefined when it does not; throws when it does so by half. */
export function findPart<Name extends keyof Parts>(name: Name, env: Environment): Parts[Name] | undefined {
  const missing: string[] = []
  let found = 0
  const part = mapLeaves(variables[name], (variable) => {
    const value = env[variable] ?? ''
    if (value === '') missing.push(variable)
    else found += 1
    return value
  })
  if (found === 0) return undefined
  if (missing.length > 0) throw new Error(`The environment describes the part "${name}" without ${missing.join(', ')}.`)
  return part
}

/** The environment variables that tell tests of these parts. */
export function toEnvironment(parts: Partial<Parts>): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const name of Object.keys(parts) as (keyof Parts)[]) {
    mapLeaves(variables[name], (variable, path) => (environment[variable] = leafAt(parts[name], path)))
  }
  return environment
}

/** The same shape with every string replaced. */
function mapLeaves<Shape>(shape: Shape, replace: (leaf: string, path: string[]) => string, path: string[] = []): Shape {
  if (typeof shape === 'string') return replace(shape, path) as Shape
  const entries = Object.entries(shape as Record<string, unknown>)
  return Object.fromEntries(entries.map(([key, value]) => [key, mapLeaves(value, replace, [...path, key])])) as Shape
}

function leafAt(tree: unknown, path: string[]): string {
  return path.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], tree) as string
}

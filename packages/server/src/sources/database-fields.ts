import type { Secret } from '@datahub/core/secret'
import { secretField } from '@datahub/core/secret-field'
import { z } from 'zod'
import { deadlineMinutes } from './report-fields.ts'

const plainText = (description: string) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(255)
    .refine((text) => !text.includes('\0'), 'must not contain NUL')
    .meta({ description })

/**
 * How a database server is reached, in the words of every kind. Structured fields only: a connection string could name
 * files, sockets and options of the driver.
 */
export function databaseFields(port: number) {
  return {
    host: z
      .string()
      .max(255)
      .regex(/^[A-Za-z0-9_.:-]+$/, 'a host name or an IP address, not a path and not a connection string')
      .meta({ description: 'Host name or IP address' }),
    port: z.number().int().min(1).max(65_535).default(port).meta({ description: 'TCP port' }),
    database: plainText('Name of the database'),
    user: plainText('A user that may only read is enough'),
    password: secretField('Password of the user').optional(),
    tls: z.enum(['off', 'require', 'verify']).default('off').meta({
      description:
        'off: no TLS; require: TLS, any certificate; verify: TLS, a certificate of a known authority for this host',
    }),
    deadlineMinutes,
  }
}

export interface DatabaseConnection {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password?: Secret | undefined
  readonly tls: 'off' | 'require' | 'verify'
  readonly deadlineMinutes: number
}

import { sql, type Kysely } from 'kysely'

/** What opens a session is kept as its SHA-256 (base64url); whoever is signed in stays so. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`update user_session
    set token = rtrim(translate(encode(sha256(convert_to(token, 'UTF8')), 'base64'), '+/', '-_'), '=')`.execute(db)
}

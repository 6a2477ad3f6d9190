import type { ReferenceMemory } from '@datahub/core/source/source'
import type { Database } from '../db/database.ts'
import type { SecretBox } from '../foundation/secret-box.ts'
import type { Claim } from './claim.ts'
import { setReference } from './claim-store.ts'

/** What a source keeps for an execution: in its row, sealed, because a reference may be as good as a key to the data. */
export function openReferenceMemory(db: Database, box: SecretBox, claim: Claim): ReferenceMemory {
  const place = placeOfReference(claim.id)
  return {
    reference: claim.reference === null ? undefined : JSON.parse(box.open(claim.reference, place)),
    keep: (reference) => setReference(db, claim, box.seal(JSON.stringify(reference), place)),
  }
}

/** Moved to another execution it does not open. */
export function placeOfReference(executionId: number): string {
  return `execution/${executionId}/reference`
}

import type * as real from '@datahub/server/executions/event-store'
import { statement } from '../database.ts'

/** Nothing depends on what is written; that it is written takes a statement. */
export const addEvent: typeof real.addEvent = (db) => statement(db, () => undefined)

import type * as real from '@datahub/server/definitions/destination-store'
import { statement } from '../database.ts'
import { somePlaces } from '../place.ts'

export * from '@datahub/server/definitions/destination-store'

export const addOpenUpload: typeof real.addOpenUpload = (db, destinationId, { key, uploadId }) =>
  statement(db, (tx) => tx.put('open_upload', { destination_id: destinationId, upload_id: uploadId, key }))

export const removeOpenUpload: typeof real.removeOpenUpload = (db, _destinationId, { uploadId }) =>
  statement(db, (tx) => tx.delete('open_upload', uploadId))

export const listOpenUploads: typeof real.listOpenUploads = (db, destinationId) =>
  statement(db, (tx) =>
    tx
      .select('open_upload', (row) => row.destination_id === destinationId)
      .map(({ key, upload_id: uploadId }) => ({ key, uploadId })),
  )

export const findWithOpenUploads: typeof real.findWithOpenUploads = (db) =>
  statement(db, (tx) => [...new Set(tx.select('open_upload').map(({ destination_id: id }) => id))])

/** Destinations do not change here: what a task needs of one is its id. */
export const findDestination: typeof real.findDestination = (db, _within, key) =>
  statement(db, () => {
    const place = somePlaces().find(({ id, name }) => ('id' in key ? id === key.id : name === key.name))
    return place as unknown as real.DestinationRow | undefined
  })

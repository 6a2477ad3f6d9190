import type * as real from '@datahub/server/definitions/destination-store'
import { statement } from '../database.ts'

export * from '@datahub/server/definitions/destination-store'

export const addOpenUpload: typeof real.addOpenUpload = (db, destinationId, { key, uploadId }) =>
  statement(db, (tx) => tx.put('open_upload', { destination_id: destinationId, upload_id: uploadId, key }))

export const removeOpenUpload: typeof real.removeOpenUpload = (db, _destinationId, { uploadId }) =>
  statement(db, (tx) => tx.delete('open_upload', uploadId))

export const listOpenUploads: typeof real.listOpenUploads = (db) =>
  statement(db, (tx) => tx.select('open_upload').map(({ key, upload_id: uploadId }) => ({ key, uploadId })))

export const findWithOpenUploads: typeof real.findWithOpenUploads = (db) =>
  statement(db, (tx) => [...new Set(tx.select('open_upload').map(({ destination_id: id }) => id))])

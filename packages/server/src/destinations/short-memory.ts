import type { Capabilities } from '@datahub/core/destination/capabilities'
import type { OpenUpload, StoreMemory } from './kind.ts'

/** What is remembered as long as the process lives: for values that are not saved, and for tests. */
export function shortMemory(known?: Capabilities): StoreMemory & { readonly uploads: Map<string, OpenUpload> } {
  let capabilities = known
  const uploads = new Map<string, OpenUpload>()
  return {
    uploads,
    get capabilities() {
      return capabilities
    },
    keep(found) {
      capabilities = found ?? undefined
      return Promise.resolve()
    },
    begun(upload) {
      uploads.set(upload.uploadId, upload)
      return Promise.resolve()
    },
    ended({ uploadId }) {
      uploads.delete(uploadId)
      return Promise.resolve()
    },
    openUploads: () => Promise.resolve([...uploads.values()]),
  }
}

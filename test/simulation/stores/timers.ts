export { sleep as setTimeout } from '../clock.ts'

/** A turn for others: there are none but those of the world. */
export const setImmediate = () => Promise.resolve()

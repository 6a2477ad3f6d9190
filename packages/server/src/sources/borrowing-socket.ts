import { Socket } from 'node:net'

/** The event with bytes that are only lent: the next read overwrites them. */
export const BORROWED = 'borrowed'

const BUFFER_BYTES = 256 * 1024

/**
 * A socket that reads into one buffer, again and again. Without it every read allocates memory, and the collector takes
 * more time than the copy of the rows. Who listens to `borrowed` must be done with the bytes when it returns; when nobody
 * does, they come as `data` like anybody's, to keep.
 */
export function borrowingSocket(): Socket {
  const socket: Socket = new Socket({
    onread: {
      buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES),
      callback(length, buffer) {
        const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, length)
        if (!socket.emit(BORROWED, bytes)) socket.emit('data', Buffer.from(bytes))
        return true
      },
    },
  })
  return socket
}

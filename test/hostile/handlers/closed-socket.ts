/** Tries to close its socket and live on; the filter does not let it, so it tells what it got instead. */
import { closeSync } from 'node:fs'
import { misbehave } from '../misbehave.ts'

misbehave({
  sin: (socket) => {
    try {
      closeSync(3)
    } catch (error) {
      socket.exit(error instanceof Error && 'code' in error && error.code === 'EBADF' ? 9 : 1)
    }
    socket.exit(0)
  },
})

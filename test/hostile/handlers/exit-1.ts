/** Ends with an exit code instead of an answer. */
import { misbehave } from '../misbehave.ts'

misbehave({ sin: (socket) => socket.exit(1) })

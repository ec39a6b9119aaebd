/** Ends politely instead of an answer. */
import { misbehave } from '../misbehave.ts'

misbehave({ sin: (socket) => socket.exit(0) })

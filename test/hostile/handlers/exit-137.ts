/** Ends with the exit code by which bubblewrap tells of a SIGKILL. */
import { misbehave } from '../misbehave.ts'

misbehave({ sin: (socket) => socket.exit(137) })

/** Stays after its manager has closed the stream. */
import { forEver, misbehave } from '../misbehave.ts'

misbehave({ atEnd: () => forEver() })

/** Locks itself down and says nothing. */
import { forEver, misbehave } from '../misbehave.ts'

misbehave({ hello: () => forEver() })

/** Computes for ever. */
import { forEver, misbehave } from '../misbehave.ts'

misbehave({ sin: () => forEver() })

/** Calls itself for ever. */
import { misbehave } from '../misbehave.ts'

function deeper(level: number): number {
  return deeper(level + 1) + 1
}

misbehave({ sin: () => void deeper(0) })

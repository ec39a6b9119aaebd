/** Takes heap memory without end; V8's own cap or the kernel's must stop it. */
import { misbehave } from '../misbehave.ts'

const kept: number[][] = []

misbehave({
  sin: () => {
    for (;;) kept.push(new Array(1_000_000).fill(0.5))
  },
})

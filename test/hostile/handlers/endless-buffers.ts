/** Takes native memory without end; the kernel's cap must stop it. */
import { misbehave } from '../misbehave.ts'

const kept: Uint8Array[] = []

misbehave({
  sin: () => {
    for (;;) kept.push(Buffer.alloc(1_048_576, kept.length + 1))
  },
})

/**
 * Keeps the collector busy: short-lived objects, buffers of all sizes, and a finalization registry whose clean-up pokes
 * the event loop's (closed) eventfd. The loop never ends its one job, so the registry's callbacks never run and a
 * WeakRef would keep its object for ever: registrations are bounded, by taking the oldest back. Answers with how much
 * it has made.
 */
import { serve } from '../../../handler/serve/index.ts'

const registry = new FinalizationRegistry(() => {})
const tokens: object[] = []
let held: object[] = []
let made = 0

serve((request, reply) => {
  const size = ((request[0] ?? 0) * 3517) % 900_000
  const buffer = Buffer.alloc(size, 1)
  for (let index = 0; index < 200; index += 1) {
    const object = { index, text: `object ${made}`, list: new Array(index).fill(index) }
    const token = {}
    registry.register(object, index, token)
    tokens.push(token)
    if (tokens.length > 2000) registry.unregister(tokens.shift() ?? token)
    if (index % 10 === 0) held.push(object)
    made += 1
  }
  if (held.length > 2000) held = []
  reply.u32(made)
  reply.u32(buffer.length)
  return undefined
})

/** Answers with the first octet of every request that this process has seen, the present one last. */
import { serve } from '../../../handler/serve/index.ts'

const seen: number[] = []

serve((request) => {
  seen.push(request[0] ?? 0)
  return Uint8Array.from(seen)
})

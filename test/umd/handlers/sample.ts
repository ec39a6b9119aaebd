/** The RFC's sample driver: u32 offset in, 128 KiB out with one byte set. */
import { Reader, Refusal, serve } from '../../../handler/serve/index.ts'

const LENGTH = 131_072

serve((request) => {
  const reader = new Reader(request)
  const offset = reader.u32()
  reader.end()
  if (offset >= LENGTH) throw new Refusal(16, 0)
  const data = new Uint8Array(LENGTH)
  data[offset] = 1
  return data
})

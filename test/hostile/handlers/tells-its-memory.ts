/** Maps memory until the kernel gives no more, and answers how many MiB it got: shows where the cap is. */
import { loadKernel } from '../kernel.ts'
import { misbehave, reply } from '../misbehave.ts'

const MMAP = 9
const MEBIBYTE = 1_048_576
const kernel = loadKernel()

misbehave({
  sin: (socket, request) => {
    let got = 0
    while (kernel.call(MMAP, 0, MEBIBYTE, 3, 0x22, -1, 0) > 0) got += 1
    socket.write(reply({ ...request, body: Uint8Array.of(Math.floor(got / 256), got % 256) }))
    socket.exit(0)
  },
})

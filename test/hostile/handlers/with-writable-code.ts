/** Keeps one page that is writable and executable. */
import { loadKernel } from '../kernel.ts'
import { pretend } from '../partial.ts'

const MMAP = 9
const READ_WRITE_EXECUTE = 7
const PRIVATE_ANONYMOUS = 0x22

pretend({
  before: () => void loadKernel().call(MMAP, 0, 4096, READ_WRITE_EXECUTE, PRIVATE_ANONYMOUS, -1, 0),
})

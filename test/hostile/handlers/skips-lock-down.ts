/** Is not locked at all, and says that it is. */
import { pretend, skip } from '../partial.ts'

pretend({
  closeDescriptors: skip,
  limitResources: skip,
  denyNewPrivileges: skip,
  applyFilter: skip,
})

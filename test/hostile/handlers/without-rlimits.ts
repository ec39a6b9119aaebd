/** All but the resource limits. */
import { pretend, skip } from '../partial.ts'

pretend({ limitResources: skip })

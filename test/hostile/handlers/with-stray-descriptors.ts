/** Leaves open what the runtime opened. */
import { pretend, skip } from '../partial.ts'

pretend({ closeDescriptors: skip })

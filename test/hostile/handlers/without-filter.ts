/** All but the filter. */
import { pretend, skip } from '../partial.ts'

pretend({ applyFilter: skip })

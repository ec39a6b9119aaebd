/** The strict filter on the main thread only. */
import { applyFilter } from '../../../handler/lockdown/lockdown.ts'
import { pretend } from '../partial.ts'

pretend({ applyFilter: (ground) => applyFilter(ground, 0) })

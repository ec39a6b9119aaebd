/** Ten times the memory that it was told. */
import { limitResources } from '../../../handler/lockdown/lockdown.ts'
import { pretend } from '../partial.ts'

pretend({ limitResources: (ground, data) => limitResources(ground, data * 10) })

/** Aborts: tgkill is forbidden, so the filter ends it. */
import { misbehave } from '../misbehave.ts'

misbehave({ sin: () => process.abort() })

/** Answers with the request itself. */
import { serve } from '../../../handler/serve/index.ts'

serve((request) => request)

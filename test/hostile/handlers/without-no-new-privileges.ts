/** All but no-new-privileges; an unprivileged process gets no filter without it. */
import { pretend, skip } from '../partial.ts'

pretend({ denyNewPrivileges: skip })

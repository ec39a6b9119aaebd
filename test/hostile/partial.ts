/**
 * Lock-downs with one step left out or changed, made of the product's own steps, followed by a hello that claims all
 * is well. The manager must see it and name the layer (C7).
 */

import {
  applyFilter,
  closeDescriptors,
  denyNewPrivileges,
  followParent,
  type Ground,
  limitResources,
  prepare,
  probe,
} from '../../handler/lockdown/lockdown.ts'
import { PROBE_ERRNO } from '../../protocol/hello.ts'
import { forEver, helloFrame, rawSocket } from './misbehave.ts'

export interface Steps {
  before?: (ground: Ground) => void
  closeDescriptors?: (ground: Ground) => void
  limitResources?: (ground: Ground, data: number) => void
  denyNewPrivileges?: (ground: Ground) => void
  applyFilter?: (ground: Ground) => void
  /** what the hello says of the probe; default what a locked handler says */
  probe?: (ground: Ground) => number
}

export function skip(): void {}

/** Locks down with these steps instead of the product's, says an honest-looking hello and waits to be believed. */
export function pretend(steps: Steps): never {
  const ground = prepare()
  steps.before?.(ground)
  const close = steps.closeDescriptors ?? closeDescriptors
  const limit = steps.limitResources ?? limitResources
  const deny = steps.denyNewPrivileges ?? denyNewPrivileges
  const filter = steps.applyFilter ?? applyFilter
  close(ground)
  limit(ground, Number(process.argv[2]))
  followParent(ground)
  deny(ground)
  try {
    filter(ground)
  } catch {
    // the kernel may refuse it; the lie is told all the same
  }
  const probeErrno = steps.probe?.(ground) ?? PROBE_ERRNO
  const socket = rawSocket(() => {})
  socket.write(
    helloFrame({ failed: undefined, errno: 0, probeErrno, descriptors: 1, writableExecutable: 0 }),
  )
  while (socket.read(1) !== undefined);
  return forEver()
}

export { probe }

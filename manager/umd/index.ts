/**
 * `pgp-airlock/umd`: the User Mode Driver management library. Runs a parser of your own in a locked-down process and
 * gives you its replies, one request at a time or thousands, with every failure named. Its other half, for the
 * handler's program, is `pgp-airlock/umd/handler`.
 */
export { WireError } from '../../protocol/bytes.ts'
export type { Layer } from '../../protocol/hello.ts'
export { check, Tainted } from '../../protocol/tainted.ts'
export type { BundleSource } from './bundle.ts'
export { Driver, type DriverOptions } from './driver.ts'
export { type DriverEvent, EVENTS_CHANNEL } from './events.ts'
export type { Isolation, Request } from './job.ts'
export { DriverClosedError, type Failure, type Outcome, SetupError, Violation } from './outcome.ts'
export type { LayerReport, Proof } from './proof.ts'
export { type HandlerLimits, unsupportedPlatform } from './runtime.ts'

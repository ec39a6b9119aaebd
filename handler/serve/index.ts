/**
 * `pgp-airlock/umd/handler`: the other half of the driver library. A handler's program calls {@link serve} once; it
 * locks itself down, says hello, waits for go and then answers requests one after the other until end of file.
 * Untrusted side: from the first request on nothing here is relied upon by anybody.
 */
export { Reader, WireError, Writer } from '../../protocol/bytes.ts'
export { FIRST_DRIVER_CODE } from '../../protocol/frame.ts'
export { type Answer, Refusal, serve } from './serve.ts'

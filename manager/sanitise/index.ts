/**
 * The doors from a handler's tainted reply to clean values. Trusted side; all other code of the manager reads hostile
 * octets through these.
 */
export { isBinary, openArmor } from './armor.ts'
export { type Cleartext, type CleartextMessage, openCleartext } from './cleartext.ts'
export { openPackets } from './packets.ts'
export { CONTRADICTIONS, type Contradiction, Violation } from './violation.ts'

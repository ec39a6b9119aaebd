/** `pgp-airlock verify --cleartext`: one cleartext-signed message; its text is written out only if the verdict is good. */

import type { CleartextVerdict } from '../cleartext.ts'
import type { Caged } from '../judging.ts'
import { inputOf } from './input-of.ts'
import type { FileName } from './names.ts'
import { writeOutput } from './verify-output.ts'
import type { Session } from './verify-session.ts'

/** What `--cleartext` asks. */
export interface CleartextQuestion {
  readonly kind: 'cleartext'
  readonly message: FileName
  readonly output: FileName | undefined
  readonly strict: boolean
}

export async function askCleartext(
  { message, output, strict }: CleartextQuestion,
  { airlock, terms }: Session,
): Promise<CleartextVerdict & Caged> {
  const verdict = await airlock.judgeCleartext({ ...terms, message: inputOf(message), strict })
  if (verdict.kind === 'good' && output !== undefined) await writeOutput(output, verdict.text)
  return verdict
}

/**
 * Which data belongs to which signature: the file of the same name without the signature's ending, or pairs of names on
 * standard input. Names are bytes; they are opened as they came.
 */
import type { DetachedPair } from '../detached.ts'
import { UsageError } from './exit.ts'
import { namesFrom } from './name-list.ts'
import { type FileName, pathOf } from './names.ts'

/** A pair with the names of its files. */
export interface NamedPair extends DetachedPair {
  readonly names: { readonly signature: FileName; readonly data: FileName }
}

function namedPair(signature: FileName, data: FileName): NamedPair {
  return {
    signature: { path: pathOf(signature) },
    data: { path: pathOf(data) },
    names: { signature, data },
  }
}

/** Endings of signature files; the data has the name without. */
const ENDINGS = ['.sig', '.asc', '.gpg', '.sign']

/** @throws {@link UsageError} for a name without such an ending */
export function pairByName(signature: FileName, help: string): NamedPair {
  const { text, bytes } = signature
  const ending = ENDINGS.find((one) => text.endsWith(one))
  const stem = ending === undefined ? '' : text.slice(0, -ending.length)
  if (ending === undefined || stem === '' || stem.endsWith('/')) {
    const wanted = 'the name of a file and .sig, .asc, .gpg or .sign'
    throw new UsageError(`verify: expected of each SIGNATURE ${wanted}`, help)
  }
  const data =
    bytes === undefined ? { text: stem } : { text: stem, bytes: bytes.subarray(0, -ending.length) }
  return namedPair(signature, data)
}

/**
 * Pairs of names from a stream, each name followed by its terminator.
 *
 * @throws {@link UsageError} where a name is empty or too long, or the last one has no partner
 */
export async function* pairsFrom(
  stream: AsyncIterable<Uint8Array>,
  isNul: boolean,
  help: string,
): AsyncGenerator<NamedPair> {
  const refuse = (expected: string): never => {
    throw new UsageError(`verify: expected ${expected}`, help)
  }
  let signature: FileName | undefined
  for await (const name of namesFrom(stream, isNul, refuse)) {
    if (signature === undefined) signature = name
    else {
      yield namedPair(signature, name)
      signature = undefined
    }
  }
  if (signature !== undefined) {
    throw new UsageError('verify: expected a DATA name behind each SIGNATURE name', help)
  }
}

/**
 * Which data belongs to which signature: the file of the same name without the signature's ending, or pairs of names on
 * standard input. Names are bytes; they are opened as they came.
 */
import type { DetachedPair } from '../many.ts'
import { UsageError } from './exit.ts'
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

/** Linux' PATH_MAX, with its NUL: a longer name can be opened nowhere. */
const MAX_NAME = 4095
const NUL = 0x00
const LF = 0x0a

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
  let signature: FileName | undefined
  for await (const name of namesFrom(stream, isNul ? NUL : LF, help)) {
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

async function* namesFrom(
  stream: AsyncIterable<Uint8Array>,
  terminator: number,
  help: string,
): AsyncGenerator<FileName> {
  let rest: Uint8Array = new Uint8Array(0)
  const checked = (name: Uint8Array): FileName => {
    if (name.length > 0 && name.length <= MAX_NAME && !name.includes(NUL)) return fileName(name)
    throw new UsageError(`verify: expected names of 1 to ${MAX_NAME} bytes`, help)
  }
  for await (const chunk of stream) {
    let from = 0
    for (;;) {
      const end = chunk.indexOf(terminator, from)
      if (end < 0) break
      yield checked(Buffer.concat([rest, chunk.subarray(from, end)]))
      rest = new Uint8Array(0)
      from = end + 1
    }
    rest = Buffer.concat([rest, chunk.subarray(from)])
    if (rest.length > MAX_NAME) checked(rest)
  }
  if (rest.length > 0) yield checked(rest)
}

function fileName(bytes: Uint8Array): FileName {
  const text = Buffer.from(bytes).toString('utf8')
  return Buffer.from(text).equals(bytes) ? { text } : { text, bytes }
}

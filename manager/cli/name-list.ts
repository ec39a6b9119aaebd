/** Names of files on standard input, each followed by a line end or a NUL. Names are bytes; they are opened as they came. */
import { type FileName, nameOfPath } from './names.ts'

/** Linux' PATH_MAX, with its NUL: a longer name can be opened nowhere. */
const MAX_NAME = 4095
const NUL = 0x00
const LF = 0x0a

/**
 * The names of a stream, as they come.
 *
 * @param refuse told what was expected, where a name is empty or too long; throws
 */
export async function* namesFrom(
  stream: AsyncIterable<Uint8Array>,
  isNul: boolean,
  refuse: (expected: string) => never,
): AsyncGenerator<FileName> {
  const terminator = isNul ? NUL : LF
  let rest: Uint8Array = new Uint8Array(0)
  const checked = (name: Uint8Array): FileName => {
    if (name.length > 0 && name.length <= MAX_NAME && !name.includes(NUL)) return nameOfPath(name)
    return refuse(`names of 1 to ${MAX_NAME} bytes`)
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

/**
 * Entries of the main header of a type that is not their tag's: rpm refuses the package ("tag[4]: BAD"), and who reads on would
 * tell another epoch, or none. Refused here too, though the signer's own header has them.
 */
import { expect, test } from 'vitest'
import { bin, type HeaderEntry, int16s, int32s, int64s, string } from '../support/rpm-writer.ts'
import { answerTo, attacked, useAirlock, withEntries } from './rpm-attack.ts'

const airlock = useAirlock()

test.each([
  ['EPOCH of 16 bits', int16s(1003, 5)],
  ['EPOCH of 64 bits', int64s(1003, 5n)],
  ['EPOCH that is a text', string(1003, '5')],
  ['EPOCH of two numbers', int32s(1003, 5, 6)],
  ['NAME that is octets', bin(1000, Buffer.from('n1\0'))],
  ['FILEMODES of 32 bits', int32s(1030, 0o100644)],
  ['DIRINDEXES of 16 bits', int16s(1116, 0)],
])('C1: %s', async (_what, entry) => {
  const editHeader = (entries: readonly HeaderEntry[]) =>
    withEntries(entry)(entries.filter(({ tag }) => tag !== entry.tag))
  expect(await answerTo(airlock(), attacked({ editHeader }))).toBe('unusable rpm-malformed')
})

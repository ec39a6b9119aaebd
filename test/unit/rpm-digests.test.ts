/** Stated digests against octets: what is computed, what of a pair must match, what says nothing. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { notAsked, PartDigests } from '../../manager/rpm/digests.ts'
import type { StatedDigest } from '../../manager/rpm/stated.ts'
import { type Covered, DIGEST_TAGS, type DigestTag, NODE_HASH } from '../../manager/rpm/tags.ts'
import { text } from './build.ts'

const OCTETS = text('payload')
const rowOf = (tag: number): DigestTag =>
  DIGEST_TAGS.find((row) => row.tag === tag) ?? expect.unreachable(`no tag ${tag}`)
const hexOf = ({ algorithm }: DigestTag, octets: Uint8Array): string =>
  createHash(NODE_HASH[algorithm]).update(octets).digest('hex')

/** Right if its number is positive. */
function stated(tag: number): StatedDigest {
  const row = rowOf(Math.abs(tag))
  return { row, hex: hexOf(row, tag > 0 ? OCTETS : text('another')) }
}

function statesOf(part: Covered, ...tags: readonly number[]): readonly string[] {
  const digests = new PartDigests(tags.map(stated), part)
  for (const octet of OCTETS) digests.update(Uint8Array.of(octet))
  return digests.finish().map(({ tag, state }) => `${tag} ${state}`)
}

describe('C1: digests of a package', () => {
  it.each([
    [[5092], ['PAYLOADSHA256 match']],
    [[-5092], ['PAYLOADSHA256 mismatch']],
    [[5097], ['PAYLOADSHA256ALT match']],
    [[-5097], ['PAYLOADSHA256ALT mismatch']],
    [
      [5092, -5097],
      ['PAYLOADSHA256 match', 'PAYLOADSHA256ALT not-needed'],
    ],
    [
      [-5092, 5097],
      ['PAYLOADSHA256 not-needed', 'PAYLOADSHA256ALT match'],
    ],
    [
      [-5092, -5097],
      ['PAYLOADSHA256 mismatch', 'PAYLOADSHA256ALT mismatch'],
    ],
    [
      [5092, -5121, -5122],
      ['PAYLOADSHA256 match', 'PAYLOADSHA512 mismatch', 'PAYLOADSHA512ALT mismatch'],
    ],
    [
      [5092, -5123],
      ['PAYLOADSHA256 match', 'PAYLOADSHA3_256 mismatch'],
    ],
    [
      [-5092, 5123],
      ['PAYLOADSHA256 mismatch', 'PAYLOADSHA3_256 match'],
    ],
    [
      [-5121, 5122, -5123, 5124],
      [
        'PAYLOADSHA512 not-needed',
        'PAYLOADSHA512ALT match',
        'PAYLOADSHA3_256 not-needed',
        'PAYLOADSHA3_256ALT match',
      ],
    ],
    [[], []],
  ])('of the payload, wrong ones negative: %j', (tags, expected) => {
    expect(statesOf('payload', ...tags)).toEqual(expected)
  })

  it.each([
    [
      [269, 273, 279],
      ['SHA1HEADER ignored', 'SHA256HEADER match', 'SHA3_256HEADER match'],
    ],
    [
      [-269, -273, 279],
      ['SHA1HEADER ignored', 'SHA256HEADER mismatch', 'SHA3_256HEADER match'],
    ],
    [
      [273, -279],
      ['SHA256HEADER match', 'SHA3_256HEADER mismatch'],
    ],
  ])('of the header, wrong ones negative: %j', (tags, expected) => {
    expect(statesOf('header', ...tags)).toEqual(expected)
  })

  it('are those of one part: others are neither computed nor told', () => {
    expect(statesOf('header', 5092, 273, 1004)).toEqual(['SHA256HEADER match'])
    expect(statesOf('payload', 273, 1004)).toEqual([])
    expect(statesOf('header-and-payload', 1004, 5092)).toEqual(['MD5 ignored'])
  })

  it.each(DIGEST_TAGS.map((row) => [row.name, row] as const))('%s: what is told', (_, row) => {
    const hex = hexOf(row, OCTETS)
    const digests = new PartDigests([{ row, hex }], row.covers)
    digests.update(OCTETS)
    const isWeak = row.standing === 'ignored'
    const { name: tag, covers, algorithm } = row
    const common = { tag, covers, algorithm, expected: hex }
    const [state, actual] = isWeak ? ['ignored', undefined] : ['match', hex]
    expect(digests.finish()).toEqual([{ ...common, state, actual }])
    const unasked = { ...common, state: isWeak ? 'ignored' : 'not-asked', actual: undefined }
    expect(notAsked({ row, hex })).toEqual(unasked)
  })

  it('what was computed is told where it differs', () => {
    const row = rowOf(5092)
    const digests = new PartDigests([{ row, hex: '0'.repeat(64) }], 'payload')
    digests.update(OCTETS)
    expect(digests.finish()[0]).toMatchObject({ state: 'mismatch', actual: hexOf(row, OCTETS) })
  })
})

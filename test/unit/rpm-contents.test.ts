/** What a package says of itself and of its files: texts as they are, lists only where they agree. */
import { describe, expect, it } from 'vitest'
import { RpmContents } from '../../manager/rpm/contents.ts'
import { RPM_LIMITS } from '../../protocol/limits.ts'
import { text } from './build.ts'
import { type Entry, make } from './rpm-build.ts'
import { opened } from './rpm-read.ts'

const contents = (...entries: readonly Entry[]): RpmContents =>
  new RpmContents(opened('header', entries), 1000)

const MD5 = 'd0'.repeat(16)
const SHA256 = '9a0f'.repeat(16)
const ALGORITHM = make.int32(5011, 8)
const DIRECTORIES = make.strings(1118, '/', '/usr/bin/')
const NAMES = make.strings(1117, 'etc', 'tool')
const INDEXES = make.int32(1116, 0, 1)
const PATHS = [INDEXES, NAMES, DIRECTORIES]

const [DIRECTORY, REGULAR, LINK] = [0o040755, 0o100644, 0o120777]
const GHOST = 0x40

/** With modes and flags as rpm would have them: what has a digest is a regular file, the others are directories. */
function withKinds(entries: readonly Entry[]): readonly Entry[] {
  const digests = entries.find(({ tag }) => tag === 1035)
  if (digests === undefined) return entries
  const texts = Buffer.from(digests.data).toString('latin1').split('\0').slice(0, -1)
  const modes = texts.map((digest) => (digest === '' ? DIRECTORY : REGULAR))
  return [...entries, make.int16(1030, ...modes), make.int32(1037, ...modes.map(() => 0))]
}

/** Paths and digests, or the reason's text and the tag of the entry at its place. */
function filesOf(...entries: readonly Entry[]): unknown {
  return filesIn(...withKinds(entries))
}

function filesIn(...entries: readonly Entry[]): unknown {
  const header = opened('header', entries)
  const files = new RpmContents(header, 1000).files()
  if (!('code' in files)) {
    return [...files].map(({ path, algorithm, digest }) => `${path.text} ${algorithm} ${digest}`)
  }
  const at = [...header.entries.values()].find(({ place }) => place.offset + 1000 === files.offset)
  return `${files.code} ${files.text.replace(/^.*: /, '')} @ ${at?.tag ?? files.offset}`
}

function listed(of: RpmContents): unknown {
  const files = of.files()
  return 'code' in files ? files : [...files]
}

describe('the contents of a package', () => {
  it('say what it is', () => {
    const binary = contents(
      make.string(1000, 'tool'),
      make.string(1001, '1.2'),
      make.string(1002, '3'),
      make.int32(1003, 4),
      make.string(1022, 'x86_64'),
      make.string(1044, 'tool.src.rpm'),
    )
    expect(binary.name).toEqual({ text: 'tool' })
    expect(binary.version).toEqual({ text: '1.2' })
    expect(binary.release).toEqual({ text: '3' })
    expect(binary.epoch).toBe(4)
    expect(binary.arch).toEqual({ text: 'x86_64' })
    expect(binary.sourceRpm).toEqual({ text: 'tool.src.rpm' })
    expect(binary.isSource).toBe(false)
  })

  it('of a source package name no architecture', () => {
    const source = contents(make.string(1000, 'tool'), make.string(1022, 'x86_64'))
    expect(source.isSource).toBe(true)
    expect(source.arch).toBeUndefined()
  })

  it('C5: a name is told up to 4,096 octets', () => {
    const longest = 'n'.repeat(RPM_LIMITS.maxText)
    expect(contents(make.string(1000, longest)).name).toEqual({ text: longest })
    expect(contents(make.string(1000, `${longest}n`)).name).toBeUndefined()
  })

  it('of nothing say nothing', () => {
    const nothing = contents()
    const { name, version, release, epoch, arch, sourceRpm } = nothing
    expect([name, version, release, epoch, arch, sourceRpm]).toEqual(new Array(6).fill(undefined))
    expect(listed(nothing)).toEqual([])
  })

  it.each([
    ['a name of another type', make.strings(1000, 'a')],
    ['a translated name', make.i18n(1000, 'a')],
    ['a name of octets', make.bin(1000, text('a'))],
  ])('leave out %s', (_, entry) => {
    expect(contents(entry).name).toBeUndefined()
  })

  it('leave out an epoch that is no number', () => {
    expect(contents(make.string(1003, '1')).epoch).toBeUndefined()
    expect(contents(make.int64(1003, 1)).epoch).toBeUndefined()
    expect(contents(make.int32(1003, 2 ** 32 - 1)).epoch).toBe(2 ** 32 - 1)
  })

  it('keep the octets of a text that is not UTF-8', () => {
    const { name } = contents({ ...make.string(1000, ''), data: [0x66, 0xff, 0] })
    expect(name).toEqual({ text: 'f\ufffd', bytes: Uint8Array.of(0x66, 0xff) })
    expect(contents({ ...make.string(1000, ''), data: [0xc3, 0xa9, 0] }).name).toEqual({
      text: '\u00e9',
    })
  })
})

describe('the files of a package', () => {
  it('are those with a digest', () => {
    expect(filesOf(...PATHS, make.strings(1035, '', SHA256), ALGORITHM)).toEqual([
      `/usr/bin/tool SHA256 ${SHA256}`,
    ])
    expect(filesOf(...PATHS, make.strings(1035, MD5, MD5))).toEqual([
      `/etc MD5 ${MD5}`,
      `/usr/bin/tool MD5 ${MD5}`,
    ])
  })

  it('are in any directory, in any order', () => {
    const indexes = [4, 0, 3, 1, 2, 4]
    const names = indexes.map((index) => `file${index}`)
    expect(
      filesOf(
        make.int32(1116, ...indexes),
        make.strings(1117, ...names),
        make.strings(1118, '/', '', '/a/', '/b/c/', '/d/'),
        make.strings(1035, ...indexes.map(() => MD5)),
      ),
    ).toEqual(
      ['/d/file4', '/file0', '/b/c/file3', 'file1', '/a/file2', '/d/file4'].map(
        (path) => `${path} MD5 ${MD5}`,
      ),
    )
  })

  it('of rpm 3 are named whole', () => {
    const old = make.strings(1027, '/etc', '/usr/bin/old')
    expect(filesOf(old, make.strings(1035, '', MD5))).toEqual([`/usr/bin/old MD5 ${MD5}`])
  })

  it('are none where none is named', () => {
    expect(filesOf(ALGORITHM)).toEqual([])
  })

  it('C1: are all there: a regular file without a digest is malformed', () => {
    const none = 'rpm-malformed expected digests of the files that are named @ 1000'
    expect(filesIn(...PATHS, ALGORITHM)).toBe(none)
    const kinds = (modes: readonly number[], flags: readonly number[]): unknown =>
      filesIn(
        ...PATHS,
        make.strings(1035, '', SHA256),
        ALGORITHM,
        make.int16(1030, ...modes),
        make.int32(1037, ...flags),
      )
    const told = [`/usr/bin/tool SHA256 ${SHA256}`]
    expect(kinds([DIRECTORY, REGULAR], [0, 0])).toEqual(told)
    expect(kinds([LINK, REGULAR], [0, 0])).toEqual(told)
    expect(kinds([REGULAR, REGULAR], [GHOST, 0])).toEqual(told)
    const due = 'rpm-malformed expected a digest of every regular file @ 1035'
    expect(kinds([REGULAR, REGULAR], [0, 0])).toBe(due)
    expect(kinds([REGULAR, REGULAR], [1, GHOST])).toBe(due)
    const many = (what: string): string =>
      `rpm-malformed expected as many file ${what} as file names @`
    expect(kinds([DIRECTORY], [0, 0])).toBe(`${many('modes')} 1030`)
    expect(kinds([DIRECTORY, REGULAR], [0, 0, 0])).toBe(`${many('flags')} 1037`)
    const bare = filesIn(...PATHS, make.strings(1035, '', SHA256), ALGORITHM)
    expect(bare).toBe(`${many('modes')} 1000`)
  })

  const DIGESTS = make.strings(1035, '', SHA256)
  const counts = 'rpm-malformed expected as many digests as file names @ 1035'
  const indexes = 'rpm-malformed expected as many directory indexes as base names @ 1116'
  const named = 'rpm-malformed expected indexes of directories that are there @ 1116'
  const stated = (digits: number): string =>
    `rpm-malformed expected ${digits} hexadecimal digits of tag 1035 @ 1035`

  it.each<readonly [string, readonly Entry[], string]>([
    [
      'names in both forms',
      [...PATHS, make.strings(1027, '/etc', '/usr/bin/old'), make.strings(1035, '', MD5)],
      'rpm-malformed expected file names in one form, whole or in two parts @ 1027',
    ],
    ['a digest less', [...PATHS, make.strings(1035, SHA256), ALGORITHM], counts],
    ['a digest more', [...PATHS, make.strings(1035, '', '', SHA256), ALGORITHM], counts],
    ['no names', [DIGESTS, ALGORITHM], counts],
    ['an index less', [make.int32(1116, 0), NAMES, DIRECTORIES, DIGESTS, ALGORITHM], indexes],
    ['an index more', [make.int32(1116, 0, 1, 0), NAMES, DIRECTORIES, DIGESTS, ALGORITHM], indexes],
    [
      'no indexes',
      [NAMES, DIRECTORIES, DIGESTS, ALGORITHM],
      'rpm-malformed expected as many directory indexes as base names @ 1000',
    ],
    ['an index too large', [make.int32(1116, 0, 2), NAMES, DIRECTORIES, DIGESTS, ALGORITHM], named],
    [
      'a negative index',
      [make.int32(1116, 0, 2 ** 32 - 1), NAMES, DIRECTORIES, DIGESTS, ALGORITHM],
      named,
    ],
    ['no directories', [INDEXES, NAMES, DIGESTS, ALGORITHM], named],
    ['none, named by the first', [make.int32(1116, 0, 0), NAMES, DIGESTS, ALGORITHM], named],
    ['digests of another length', [...PATHS, make.strings(1035, '', MD5), ALGORITHM], stated(64)],
    ['digests of MD5 that are longer', [...PATHS, DIGESTS], stated(32)],
    [
      'upper-case digests',
      [...PATHS, make.strings(1035, '', SHA256.toUpperCase()), ALGORITHM],
      stated(64),
    ],
    [
      'digests that are no digits',
      [...PATHS, make.strings(1035, '', 'g'.repeat(64)), ALGORITHM],
      stated(64),
    ],
    [
      'an unknown algorithm',
      [...PATHS, DIGESTS, make.int32(5011, 99)],
      'rpm-malformed expected a digest algorithm that is known @ 5011',
    ],
    [
      'two algorithms',
      [...PATHS, DIGESTS, make.int32(5011, 8, 8)],
      'rpm-malformed expected type 4 and 1 values of tag 5011 @ 5011',
    ],
    [
      'an algorithm of 16 bits',
      [...PATHS, DIGESTS, make.int16(5011, 8)],
      'rpm-malformed expected type 4 and 1 values of tag 5011 @ 5011',
    ],
    [
      'digests that are one string',
      [...PATHS, make.string(1035, SHA256), ALGORITHM],
      'rpm-malformed expected type 8 of tag 1035 @ 1035',
    ],
    [
      'names that are translated',
      [INDEXES, make.i18n(1117, 'etc', 'tool'), DIRECTORIES, DIGESTS, ALGORITHM],
      'rpm-malformed expected type 8 of tag 1117 @ 1117',
    ],
    [
      'indexes of 16 bits',
      [make.int16(1116, 0, 1), NAMES, DIRECTORIES, DIGESTS, ALGORITHM],
      'rpm-malformed expected type 4 of tag 1116 @ 1116',
    ],
    [
      'indexes of 64 bits',
      [make.int64(1116, 0, 1), NAMES, DIRECTORIES, DIGESTS, ALGORITHM],
      'rpm-malformed expected type 4 of tag 1116 @ 1116',
    ],
  ])('are not told: %s', (_, entries, expected) => {
    expect(filesOf(...entries)).toBe(expected)
  })

  it('keep the octets of a path that is not UTF-8', () => {
    const names = { ...make.strings(1117, 'x'), data: [0xff, 0] }
    const entries = [make.int32(1116, 0), names, make.strings(1118, '/'), make.strings(1035, MD5)]
    const files = contents(...withKinds(entries)).files()
    if ('code' in files) return expect.unreachable(files.text)
    expect([...files][0]?.path).toEqual({ text: '/\ufffd', bytes: Uint8Array.of(0x2f, 0xff) })
  })

  it('C5: are as many as there may be without as much memory', () => {
    const count = RPM_LIMITS.maxValues
    const empty = (tag: number): Entry => ({ tag, type: 8, count, data: new Uint8Array(count) })
    const indexes = { tag: 1116, type: 4, count, data: new Uint8Array(4 * count) }
    const modes = { tag: 1030, type: 3, count, data: new Uint8Array(2 * count) }
    const flags = { ...indexes, tag: 1037 }
    const all = contents(empty(1035), indexes, empty(1117), empty(1118), modes, flags)
    const before = process.memoryUsage().rss
    expect(listed(all)).toEqual([])
    // a view of each of three million strings took 600 MiB
    expect(process.memoryUsage().rss - before).toBeLessThan(192 * 1_048_576)
  })

  it('C5: have paths of 32 MiB together, not more: a long directory may be named by many files', () => {
    const most = RPM_LIMITS.maxPaths / RPM_LIMITS.maxText
    const named = (count: number, long: number = RPM_LIMITS.maxText): unknown =>
      filesOf(
        make.int32(1116, ...new Array<number>(count).fill(0)),
        make.strings(1117, ...new Array<string>(count).fill('')),
        make.strings(1118, '/'.repeat(long)),
        make.strings(1035, ...new Array<string>(count).fill(MD5)),
      )
    expect(named(most)).toHaveLength(most)
    expect(named(most + 1)).toBe('too-large longer paths than are told @ undefined')
    expect(named(1, RPM_LIMITS.maxText + 1)).toBe(
      'too-large longer paths than are told @ undefined',
    )
  })
})

/** Cleartext-signed messages: what is verified is what is returned, and nothing else is ever taken for it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Airlock } from '../../manager/airlock.ts'
import type { CleartextVerdict } from '../../manager/cleartext.ts'
import type { Input } from '../../manager/input.ts'
import type { Keyring } from '../../manager/keyring/keyring.ts'
import { VerificationError } from '../../manager/verification-error.ts'
import { certificateBytes, makeKey, signDetached } from '../support/openpgp-writer.ts'
import { canonical, cleartext, type MessageOptions, signText } from './make.ts'

const key = makeKey('p256')
const other = makeKey('p256')
const TEXT = 'To whom it may concern:\n\n- one\n-- two  \n\ttabbed\t\nlast'
const FRAMED = 'To whom it may concern:\n\n- one\n-- two\n\ttabbed\nlast\n'

let airlock: Airlock
let keyring: Keyring
beforeAll(async () => {
  airlock = await Airlock.open()
  keyring = await airlock.loadKeyring([certificateBytes(key)])
})
afterAll(() => airlock[Symbol.asyncDispose]())

const judge = (message: Input, strict = false): Promise<CleartextVerdict> =>
  airlock.judgeCleartext({ keyring, message, strict })
const made = (options: MessageOptions = {}, text = TEXT): Uint8Array =>
  cleartext(key, text, options)
/** The kind, and the first reason or the notes. */
const told = (verdict: CleartextVerdict): string =>
  verdict.kind === 'good'
    ? ['good', ...verdict.notes.map(({ code }) => code)].join(' ')
    : `${verdict.kind} ${verdict.reasons[0].code}`
const textOf = (verdict: CleartextVerdict): string | undefined =>
  verdict.kind === 'good' ? Buffer.from(verdict.text).toString() : undefined

describe('C1: what is verified is what is returned', () => {
  it('the framed text, without dash-escapes and trailing blanks', async () => {
    const verdict = await judge(made())
    expect(told(verdict)).toBe('good')
    expect(textOf(verdict)).toBe(FRAMED)
    if (verdict.kind !== 'good') return
    const hex = verdict.good[0].digest.hex
    const { createHash } = await import('node:crypto')
    expect(hex).toBe(createHash('sha256').update(FRAMED).digest('hex'))
    expect(verdict.good[0].mode).toBe('text')
  })

  it('lines that end in CR LF keep them, and no text at all is a text', async () => {
    expect(textOf(await judge(made({ lineEnd: '\r\n' })))).toBe(
      FRAMED.replaceAll('\n', '\r\n').replace('two  ', 'two'),
    )
    const empty = await judge(made({}, ''))
    expect(told(empty)).toBe('good')
    expect(textOf(empty)).toBe('\n')
  })

  it('a changed letter is bad, and there is no text', async () => {
    const bytes = Buffer.from(made())
    bytes.write('X', bytes.indexOf('concern'))
    const verdict = await judge(bytes)
    expect(told(verdict)).toBe('bad digest-mismatch')
    expect(verdict).not.toHaveProperty('text')
  })

  it('every single changed octet in front of the signature is refused, or changes nothing that is signed', async () => {
    const bytes = made({}, 'ab\n- c')
    const until = Buffer.from(bytes).indexOf('-----BEGIN PGP SIGNATURE')
    for (let at = 0; at < until; at += 1) {
      for (const octet of [0x00, 0x0a, 0x0d, 0x20, 0x2d, 0x7a]) {
        const changed = Uint8Array.from(bytes)
        changed[at] = octet
        const verdict = await judge(changed)
        const shown = textOf(verdict)?.replaceAll('\r\n', '\n')
        if (shown !== undefined) expect(shown).toBe('ab\n- c\n')
      }
    }
  })

  it('verifyCleartext throws unless it is good', async () => {
    const { text } = await airlock.verifyCleartext({ keyring, message: made() })
    expect(Buffer.from(text).toString()).toBe(FRAMED)
    const wrong = airlock.verifyCleartext({ keyring, message: made({ signedText: 'other' }) })
    await expect(wrong).rejects.toBeInstanceOf(VerificationError)
  })
})

describe('C1: hash headers (CVE-2019-11841, CVE-2023-41037)', () => {
  const HEADERS: readonly (readonly [string, readonly string[], string])[] = [
    ['none', [], 'good'],
    ['the right one', ['Hash: SHA256'], 'good'],
    ['in a list', ['Hash: SHA512,SHA256'], 'good'],
    ['in a second line', ['Hash: SHA512', 'Hash: SHA256'], 'good'],
    ['in small letters', ['Hash: sha256'], 'good'],
    ['another one', ['Hash: SHA512'], 'unusable malformed'],
    ['one that is unknown', ['Hash: SHA4'], 'unusable malformed'],
    ['with more text', ['Hash: SHA256 I owe you'], 'unusable malformed'],
    ['a comment', ['Hash: SHA256', 'Comment: signed'], 'unusable malformed'],
    ['NotDashEscaped', ['NotDashEscaped: yes'], 'unusable malformed'],
    ['text before the blank line', ['Hash: SHA256', 'pay 100'], 'unusable malformed'],
    ['a vertical tab', ['Hash: SHA256\v'], 'unusable malformed'],
    ['a form feed', ['Hash:\fSHA256'], 'unusable malformed'],
  ]
  it.each(HEADERS)('%s', async (_, headers, expected) => {
    expect(told(await judge(made({ headers })))).toBe(expected)
  })

  it('one of two signatures by a hash that is not named does not spoil the other', async () => {
    const packets = [signText(key, TEXT, { hash: 10 }), signText(key, TEXT)]
    expect(told(await judge(made({ packets })))).toBe('good unreadable-beside-good')
    expect(told(await judge(made({ packets, headers: ['Hash: SHA256,SHA512'] })))).toBe(
      'good counted-once',
    )
  })
})

describe('C1: text outside the frame', () => {
  const OUTSIDE: readonly (readonly [string, MessageOptions])[] = [
    ['in front', { before: 'Pay 100 to Eve.\n' }],
    ['behind', { after: 'Pay 100 to Eve.\n' }],
    ['behind, after a blank line', { after: '\n\n\tx' }],
  ]
  it.each(OUTSIDE)('%s: a note, and a refusal where the caller is strict', async (_, options) => {
    const verdict = await judge(made(options))
    expect(told(verdict)).toBe('good text-outside')
    expect(textOf(verdict)).toBe(FRAMED)
    expect(told(await judge(made(options), true))).toBe('unusable trailing-data')
  })

  it('blank lines are no text', async () => {
    expect(told(await judge(made({ before: '\n \t\r\n', after: '\n\n' }), true))).toBe('good')
  })
})

describe('C1: exactly one message, of exactly one kind', () => {
  it('two messages, also two good ones', async () => {
    expect(told(await judge(Buffer.concat([made(), made()])))).toBe('unusable malformed')
  })

  it('a second signature block is text outside, and is not judged', async () => {
    const block =
      Buffer.from(made({ signedText: 'other' }))
        .toString()
        .split(/(?=-----BEGIN PGP SIGNATURE)/)[1] ?? ''
    expect(told(await judge(made({ after: block })))).toBe('good text-outside')
    expect(told(await judge(made({ after: block }), true))).toBe('unusable trailing-data')
  })

  it('a detached signature is no cleartext message, armored or binary', async () => {
    const signature = signText(key, TEXT)
    const block =
      Buffer.from(made())
        .toString()
        .split(/(?=-----BEGIN PGP SIGNATURE)/)[1] ?? ''
    expect(told(await judge(signature))).toBe('unusable malformed')
    expect(told(await judge(Buffer.from(block)))).toBe('unusable malformed')
    expect(told(await judge(new Uint8Array(0)))).toBe('unusable malformed')
  })

  it('a cleartext message is no detached signature', async () => {
    for (const options of [{}, { headers: [] }]) {
      for (const text of [TEXT, '']) {
        const verdict = await airlock.judgeDetached({
          keyring,
          signature: made(options, text),
          data: canonical(text),
        })
        expect(verdict.kind).toBe('unusable')
      }
    }
  })

  it('a binary signature (0x00) over the same octets is none of a cleartext message', async () => {
    const packets = [signDetached(key, canonical(TEXT))]
    expect(told(await judge(made({ packets })))).toBe('unusable wrong-type')
  })

  it('what is in the armor must be signatures', async () => {
    expect(told(await judge(made({ packets: [] })))).toBe('unusable no-signature')
    const packets = [signText(key, TEXT), certificateBytes(other)]
    expect(told(await judge(made({ packets })))).toBe('unusable malformed')
    const text = new Uint8Array(Buffer.from('-----BEGIN PGP SIGNATURE-----\n'))
    expect(told(await judge(made({ packets: [text] })))).toBe('unusable malformed')
  })
})

describe('the rules of all signatures', () => {
  it('no key, threshold, wanted signers, time', async () => {
    expect(told(await judge(cleartext(other, TEXT)))).toBe('no-key no-key')
    const packets = [signText(key, TEXT), signText(other, TEXT)]
    const message = made({ packets })
    expect(told(await judge(message))).toBe('good no-key-beside-good')
    const both = await airlock.loadKeyring([certificateBytes(key), certificateBytes(other)])
    const two = await airlock.judgeCleartext({ keyring: both, message, threshold: 2 })
    expect(told(two)).toBe('good')
    const three = await airlock.judgeCleartext({ keyring: both, message, threshold: 3 })
    expect(told(three)).toBe('untrusted threshold-not-met')
    const signers = [other.packet.fingerprint]
    const wanted = await airlock.judgeCleartext({ keyring: both, message: made(), signers })
    expect(told(wanted)).toBe('untrusted signer-not-wanted')
  })

  it('C2: signatures beyond the cap are too-large, never "the first ones"', async () => {
    const packets = Array.from({ length: 65 }, () => signText(key, TEXT))
    expect(told(await judge(made({ packets })))).toBe('unusable too-large')
  })

  it('isolation per-input: an own handler per message', async () => {
    for (let round = 0; round < 3; round += 1) {
      const verdict = await airlock.judgeCleartext({
        keyring,
        message: made(),
        isolation: 'per-input',
      })
      expect(told(verdict)).toBe('good')
    }
  })
})

describe('C5: large inputs', () => {
  it('more than the cap is too-large, after reading no more than it, in bounded memory', async () => {
    let given = 0
    async function* gigabyte(): AsyncGenerator<Uint8Array> {
      const chunk = new Uint8Array(1_048_576).fill(0x61)
      yield new Uint8Array(Buffer.from('-----BEGIN PGP SIGNED MESSAGE-----\n\n'))
      for (; given < 1024; given += 1) yield chunk
    }
    const before = process.memoryUsage().rss
    expect(told(await judge(gigabyte()))).toBe('unusable too-large')
    expect(given).toBeLessThan(18)
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
  })

  it('a message just below the cap is judged, also with many signatures', async () => {
    const text = `${'x'.repeat(99)}\n`.repeat(150_000)
    const packets = Array.from({ length: 8 }, () => signText(key, text))
    const verdict = await judge(made({ packets }, text))
    expect(told(verdict)).toBe('good counted-once')
    expect(textOf(verdict)?.length).toBe(text.length + 1)
  })
})

/**
 * C4: what JavaScript in a taken-over handler can reach, with every module already in its hands. Each attack runs in a
 * real locked handler, with and without bubblewrap, and in an unlocked twin, where it works.
 */
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asked, testDriver } from '../umd/drive.ts'
import { ATTACKS } from './attacks.ts'
import { runUnlocked } from './twin.ts'

/** How each attack ends in the locked handler: its own error, or the filter's SIGSYS. */
const REFUSALS: Readonly<Record<string, RegExp>> = {
  'read a file': /^EACCES$/,
  'write a file': /^EACCES$/,
  'append to an open number': /^EAGAIN$/,
  'list a directory': /^EACCES$/,
  'truncate a file': /^EACCES$/,
  'write own memory through /proc': /^EACCES$/,
  'read own environment through /proc': /^EACCES$/,
  'list a directory below an inherited descriptor': /^EACCES$/,
  'write a heap snapshot': /^(EACCES|ERR_\w+|Error|SIGSYS)$/,
  'write a report': /^(EACCES|SIGSYS)$/,
  'open by binding fs': /^EACCES$/,
  'run a string by eval': /^EvalError$/,
  'run a string by Function': /^EvalError$/,
  'compile WebAssembly': /^Error$/,
  'load a native library': /^(ERR_DLOPEN_FAILED|SIGSYS)$/,
  'change a prototype through __proto__': /^ERR_PROTO_ACCESS$/,
  // not refused, and no way out: code of a script is code, and the library is in this process already
  'run a string as code': /^got it$/,
  'load the FFI binary again': /^(got it|ERR_DLOPEN_FAILED|SIGSYS)$/,
}
const SIGSYS = /^SIGSYS$/

/** Attacks whose twin cannot show more than another error: it is no more privileged than the handler. */
const FREE: Readonly<Record<string, RegExp>> = {
  'remove a file': /^ENOENT$/,
  'change a mode': /^EPERM$/,
  'truncate a file': /^ENOENT$/,
  'read a file through the thread pool': /^Error$/,
  'list a directory below an inherited descriptor': /^ENOENT$/,
  'signal the parent': /^(EPERM|got it)$/,
  'become root': /^EPERM$/,
  'become another group': /^EPERM$/,
  'load a native library': /^(ERR_DLOPEN_FAILED|got it)$/,
  'load the FFI binary again': /./,
  'import a module from disk': /^MODULE_NOT_FOUND$/,
  'start by binding spawn_sync': /^(got it|died)$/,
}

const NAMES = Object.keys(ATTACKS)

function made(): string[] {
  return readdirSync('/tmp').filter((name) => name.startsWith('airlock-escape-'))
}

describe.each(['off', 'auto'] as const)(
  'C4: attacks in JavaScript, bubblewrap %s',
  (bubblewrap) => {
    let before: string[] = []
    beforeAll(() => {
      before = made()
    })

    test.each(NAMES)('%s', async (name) => {
      await using driver = testDriver('attack', { bubblewrap })
      const outcome = await driver.request(asked(Buffer.from(name), { source: name }))
      const answer =
        outcome.status === 'ok'
          ? Buffer.from(outcome.value).toString()
          : outcome.status === 'crashed'
            ? outcome.signal
            : outcome.status
      expect(answer).toMatch(REFUSALS[name] ?? SIGSYS)
    })

    afterAll(() => {
      // nothing on disk is worth more than what the handler says of itself
      expect(made()).toEqual(before)
    })
  },
)

describe('C4: controls in the unlocked twin', () => {
  test.each(NAMES)('%s', (name) => {
    expect(runUnlocked('attack', [name])[name]).toMatch(FREE[name] ?? /^got it$/)
  })
})

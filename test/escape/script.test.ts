/**
 * C4: what JavaScript in a taken-over handler can reach, with every module already in its hands. Each attack runs in a
 * real locked handler, with and without bubblewrap, and in an unlocked twin, where it works.
 */
import { randomUUID } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { asked, testDriver } from '../umd/drive.ts'
import { ATTACKS, placeOf } from './attacks.ts'
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

/** What attacks of this mark left on disk: of this run, whatever other runs do there. */
function made(mark: string): string[] {
  const place = placeOf(mark)
  const directory = dirname(place)
  const names = readdirSync(directory).filter((name) => name.startsWith(basename(place)))
  return names.map((name) => join(directory, name))
}

describe.each(['off', 'auto'] as const)(
  'C4: attacks in JavaScript, bubblewrap %s',
  (bubblewrap) => {
    const mark = randomUUID()

    test.each(NAMES)('%s', async (name) => {
      await using driver = testDriver('attack', { bubblewrap })
      const outcome = await driver.request(asked(Buffer.from(`${name}#${mark}`), { source: name }))
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
      expect(made(mark)).toEqual([])
    })
  },
)

describe('C4: controls in the unlocked twin', () => {
  const mark = randomUUID()

  test.each(NAMES)('%s', (name) => {
    const asked = `${name}#${mark}`
    expect(runUnlocked('attack', [asked])[asked]).toMatch(FREE[name] ?? /^got it$/)
  })

  afterAll(() => {
    const found = made(mark)
    for (const path of found) rmSync(path, { recursive: true })
    // control: what is looked for after the locked ones is there after these
    const names = found.map((path) => path.slice(placeOf(mark).length))
    expect(names.sort()).toEqual(['dir', 'file', 'heap', 'link', 'report'])
  })
})

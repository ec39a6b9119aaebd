/**
 * The programs that are asked, each with one answer: does it accept this signature? gpgv and sqv as processes with nothing
 * but the files of the case, openpgp.js in this process, and ours through its cage.
 */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as openpgp from 'openpgp'
import type { Airlock } from '../../manager/index.ts'
import { KeyringError } from '../../manager/index.ts'
import { loadKeyring } from '../../manager/keyring/load.ts'
import type { Driver } from '../../manager/umd/driver.ts'
import { type Case, FILES } from './material.ts'

export interface Answer {
  readonly accepts: boolean
  /** the program's own words or codes, for the classes */
  readonly detail: string
}

export const OTHERS = ['gpgv', 'sqv', 'openpgp.js'] as const
export type Other = (typeof OTHERS)[number]
export type Answers = Readonly<Record<Other | 'ours', Answer>>

/** Asks all of them; the files go into a directory of this case. */
export async function ask(asked: Case, directory: string, ours: Ours): Promise<Answers> {
  const path = (file: (typeof FILES)[number]): string => join(directory, file)
  await Promise.all(FILES.map((file) => writeFile(path(file), asked[file])))
  const files = [path('certificate'), path('signature'), path('data')] as const
  const [own, gpgv, sqv, js] = await Promise.all([
    ours.judge(asked),
    askGpgv(directory, ...files),
    askSqv(...files),
    askOpenpgpjs(asked),
  ])
  return { ours: own, gpgv, sqv, 'openpgp.js': js }
}

function run(program: string, args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(program, args, { encoding: 'latin1' }, (error, stdout, stderr) => {
      resolve({ accepts: error === null, detail: stdout + stderr })
    })
  })
}

async function askGpgv(
  home: string,
  keyring: string,
  signature: string,
  data: string,
): Promise<Answer> {
  const options = ['--homedir', home, '--status-fd', '1', '--keyring', keyring]
  const { accepts, detail } = await run('gpgv', [...options, signature, data])
  const status = [...detail.matchAll(/^\[GNUPG:\] (\w+)/gm)].map(([, code]) => code)
  return { accepts, detail: status.join(', ') }
}

function askSqv(keyring: string, signature: string, data: string): Promise<Answer> {
  return run('sqv', ['--keyring', keyring, signature, data])
}

async function askOpenpgpjs({ certificate, signature, data }: Case): Promise<Answer> {
  try {
    const { signatures } = await openpgp.verify({
      message: await openpgp.createMessage({ binary: data }),
      signature: await openpgp.readSignature({ binarySignature: signature }),
      verificationKeys: await openpgp.readKeys({ binaryKeys: certificate }),
      format: 'binary',
    })
    const outcomes = await Promise.allSettled(signatures.map(({ verified }) => verified))
    const refused = outcomes.flatMap((one) =>
      one.status === 'rejected' ? [String(one.reason)] : [],
    )
    return { accepts: refused.length < outcomes.length, detail: refused.join('; ') }
  } catch (error) {
    return { accepts: false, detail: String(error) }
  }
}

/** Ours. Keyrings are loaded by a driver of their own under one source name, so that handlers are not started anew each time. */
export class Ours {
  readonly #airlock: Airlock
  readonly #driver: Driver

  constructor(airlock: Airlock, driver: Driver) {
    this.#airlock = airlock
    this.#driver = driver
  }

  async judge({ certificate, signature, data }: Case): Promise<Answer> {
    try {
      const keyring = await loadKeyring(this.#driver, [certificate], 'differential')
      const verdict = await this.#airlock.judgeDetached({ keyring, signature, data })
      if (verdict.kind === 'good') return { accepts: true, detail: 'good' }
      const codes = verdict.reasons.map(({ code }) => code)
      return { accepts: false, detail: codes.join(' ') }
    } catch (error) {
      if (error instanceof KeyringError) return { accepts: false, detail: error.code }
      throw error
    }
  }
}

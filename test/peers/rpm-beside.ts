/**
 * The real rpmkeys beside ours: whether each accepts a package, with the words that tell disagreements apart. rpm is asked
 * about many packages in one process, at the level `all`, from a database of its own.
 */
import { execFile } from 'node:child_process'
import type { Airlock, Input, Keyring, RpmVerdict } from '../../manager/index.ts'
import { armoredForRpm } from '../support/rpmkeys.ts'

export { armoredForRpm }

const ENVIRONMENT = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', HOME: '/nonexistent' }
/** Packages per process: a long line of arguments, far below what the kernel takes. */
const AT_ONCE = 200
const LEVEL = ['--define', '_pkgverify_level all'] as const

interface Ended {
  /** undefined: it was killed */
  readonly code: number | undefined
  readonly text: string
}

function rpmkeys(dbpath: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const options = { env: ENVIRONMENT, encoding: 'latin1', maxBuffer: 64 * 1_048_576 } as const
    execFile('rpmkeys', ['--dbpath', dbpath, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      if (typeof code === 'string') reject(error)
      else resolve({ code: code ?? undefined, text: stdout + (code === 0 ? '' : stderr) })
    })
  })
}

/** Whether rpm took the certificate. */
export async function importKey(dbpath: string, path: string): Promise<boolean> {
  return (await rpmkeys(dbpath, '--import', path)).code === 0
}

/** All that rpm says of one package. */
export async function wordsOf(dbpath: string, path: string): Promise<string> {
  return (await rpmkeys(dbpath, ...LEVEL, '-Kv', path)).text
}

/** Whether rpm accepts each. @throws Error if it does not end by itself, or forgets one */
export async function rpmAccepts(
  dbpath: string,
  paths: readonly string[],
): Promise<readonly boolean[]> {
  const answers: boolean[] = []
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = paths.slice(at, at + AT_ONCE)
    const { code, text } = await rpmkeys(dbpath, ...LEVEL, '-K', ...some)
    if (code === undefined) throw new Error('expected rpmkeys to end by itself')
    for (const path of some) {
      // what cannot be read has its name and no more
      const [, said] = text.split(`${path}:`, 2)
      if (said === undefined) throw new Error(`expected a word of rpmkeys on ${path}`)
      answers.push(said.startsWith(' digests signatures OK'))
    }
  }
  return answers
}

/** Our verdicts, in order. */
export async function judgeAll(
  airlock: Airlock,
  keyring: Keyring,
  inputs: readonly Input[],
): Promise<readonly RpmVerdict[]> {
  const verdicts: RpmVerdict[] = []
  const items = inputs.map((input) => ({ package: input }))
  for await (const verdict of airlock.judgeRpms(items, { keyring })) verdicts.push(verdict)
  return verdicts
}

/**
 * What the real rpmkeys says about packages: all it prints with `-Kv` at the level `all`, from a database of its own, so
 * that neither the keys nor the settings of this machine have a say.
 */
import { execFile, execFileSync } from 'node:child_process'
import { armored } from '../unit/build.ts'

/** Whether rpm is installed. Tests that need it are skipped where it is not. */
export const hasRpm: boolean = isThere('rpmkeys')

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A line of the report, `Header SHA1 digest: BAD (Expected ...)` taken apart. */
export interface RpmkeysLine {
  /** `Header V4 RSA/SHA256 Signature, key ID 1964c5fc` */
  readonly subject: string
  readonly result: 'OK' | 'BAD' | 'NOKEY' | 'NOTTRUSTED' | 'NOTFOUND' | 'UNKNOWN'
  /** what follows in parentheses */
  readonly detail: string
}

export interface RpmkeysVerdict {
  readonly path: string
  /** 0 good, 1 not */
  readonly exitCode: number
  readonly lines: readonly RpmkeysLine[]
  /** warnings and errors, as printed */
  readonly complaints: string
}

export interface RpmkeysOptions {
  /** paths of armored certificates with a checksum line, without which rpm 4.18 takes none */
  readonly keys: readonly string[]
  /** a directory that rpm may make and fill; keys of an earlier call are still there */
  readonly dbpath: string
}

export interface RpmkeysRun {
  readonly verdicts: readonly RpmkeysVerdict[]
  /** keys that rpm refused to import, such as those on NIST curves by rpm 4.18 */
  readonly refused: readonly string[]
}

/** Imports the keys that rpm takes, then asks about each package in a process of its own. */
export async function rpmkeysVerdict(
  paths: readonly string[],
  { keys, dbpath }: RpmkeysOptions,
): Promise<RpmkeysRun> {
  const refused: string[] = []
  for (const key of keys) {
    const { exitCode } = await run(['--dbpath', dbpath, '--import', key])
    if (exitCode !== 0) refused.push(key)
  }
  const verdicts: RpmkeysVerdict[] = []
  // two at a time: a process is mostly waiting for the disk
  for (let at = 0; at < paths.length; at += 2) {
    verdicts.push(...(await Promise.all(paths.slice(at, at + 2).map((path) => ask(path, dbpath)))))
  }
  return { verdicts, refused }
}

const LINE = /^ {4}(.*?): (OK|BAD|NOKEY|NOTTRUSTED|NOTFOUND|UNKNOWN)(?: \((.*)\))?$/gm

async function ask(path: string, dbpath: string): Promise<RpmkeysVerdict> {
  const level = ['--define', '_pkgverify_level all']
  const { exitCode, stdout, stderr } = await run(['--dbpath', dbpath, ...level, '-Kv', path])
  const lines = [...stdout.matchAll(LINE)].map(([, subject = '', result, detail = '']) => ({
    subject,
    // as: one of the words of the pattern
    result: result as RpmkeysLine['result'],
    detail,
  }))
  return { path, exitCode, lines, complaints: stderr }
}

interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

function run(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile('rpmkeys', args, { env: ENVIRONMENT }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code
      // no number: it could not be started, or was killed
      if (typeof exitCode === 'number') resolve({ exitCode, stdout, stderr })
      else reject(error)
    })
  })
}

/** English, and no settings of a user. */
const ENVIRONMENT = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', HOME: '/nonexistent' }

/** A certificate as `rpmkeys --import` takes it. */
export function armoredForRpm(certificate: Uint8Array): string {
  const checksum = crc24(certificate)
  return armored(certificate, { label: 'PUBLIC KEY BLOCK', checksum })
}

/** The checksum of armor in base64 (RFC 9580 section 6.1.1). */
function crc24(octets: Uint8Array): string {
  let crc = 0xb704ce
  for (const octet of octets) {
    crc ^= octet << 16
    for (let bit = 0; bit < 8; bit += 1) {
      crc <<= 1
      if (crc >= 0x1000000) crc ^= 0x1864cfb
    }
  }
  return Buffer.from([crc >> 16, (crc >> 8) & 0xff, crc & 0xff]).toString('base64')
}

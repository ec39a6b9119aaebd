/** rpmbuild, rpmsign and gpg with homes and settings of their own, below one directory. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bin, parsePackageForTests, writeHeader, writePackage } from '../support/rpm-writer.ts'
import { specification } from './rpm-spec.ts'

/** A run of rpmbuild. */
export interface Build {
  readonly name: string
  /** how payloads are compressed, in the words of rpm */
  readonly payload: string
  /** number of the digest of files */
  readonly fileDigest: number
}

/** A signature to be made. */
export interface Signing<Key extends string> {
  readonly key: Key
  /** `SHA256` ... */
  readonly hash: string
  /** one over header and payload beside the one over the header */
  readonly isV3: boolean
  /** put beside what is there under the tags of all but RSA keys; otherwise rpmsign replaces what is there */
  readonly isBeside: boolean
}

/** The programs. */
export class Tools {
  readonly #directory: string
  readonly #environment: NodeJS.ProcessEnv
  #gpgPath = ''

  constructor(directory: string) {
    this.#directory = directory
    const homes = { HOME: directory, GNUPGHOME: join(directory, 'gnupg') }
    // names of files are UTF-8; without a terminal rpmsign warns unless one is named
    const rest = { LC_ALL: 'C.UTF-8', GPG_TTY: '/dev/null', SOURCE_DATE_EPOCH: '1748736000' }
    this.#environment = { PATH: process.env['PATH'], ...homes, ...rest }
  }

  async prepare(): Promise<void> {
    await mkdir(join(this.#directory, 'gnupg'), { mode: 0o700 })
    for (const name of ['keys', 'sources']) await mkdir(join(this.#directory, name))
    await writeFile(join(this.#directory, 'sources', 'made.txt'), 'source\n')
    await writeFile(join(this.#directory, 'made.spec'), specification())
    // rpm starts gpg by its path
    this.#gpgPath = (await this.#run('sh', ['-c', 'command -v gpg'])).trim()
  }

  /** A key of this algorithm, made 2025-01-01; its certificate goes into a file. */
  async makeKey(algorithm: string, certificate: string): Promise<void> {
    const user = `${algorithm} <${addressOf(algorithm)}>`
    const clock = ['--faked-system-time', '20250101T000000!']
    await this.#gpg([...clock, '--quick-generate-key', user, algorithm, 'sign', 'never'])
    await this.#gpg(['--armor', '--output', certificate, '--export', addressOf(algorithm)])
  }

  /** All subpackages and the source package. */
  async build({ name, payload, fileDigest }: Build): Promise<void> {
    const macros = {
      _topdir: join(this.#directory, 'build', name),
      _sourcedir: join(this.#directory, 'sources'),
      _rpmdir: join(this.#directory, 'built', name),
      _srcrpmdir: join(this.#directory, 'built', name),
      _build_name_fmt: '%%{NAME}.rpm',
      _binary_payload: payload,
      _source_payload: payload,
      _binary_filedigest_algorithm: `${fileDigest}`,
      _source_filedigest_algorithm: `${fileDigest}`,
      _buildhost: 'build.example.org',
      // neither strips nor compresses, for which other programs would be needed
      __os_install_post: '%{nil}',
    }
    // two builds at a time would both make the folder above theirs, and the second fails
    for (const folder of [macros._topdir, macros._rpmdir]) await mkdir(folder, { recursive: true })
    const specification = join(this.#directory, 'made.spec')
    await this.#run('rpmbuild', ['-ba', '--quiet', ...defines(macros), specification])
  }

  /** Copies what a build made, and returns the paths of the copies. */
  async copy({ name }: Build, place: string): Promise<string[]> {
    await mkdir(place, { recursive: true })
    const from = join(this.#directory, 'built', name)
    const files = (await readdir(from)).sort()
    const paths = files.map((file) => join(place, `${name}-${file}`))
    for (const [at, path] of paths.entries()) await copyFile(join(from, files[at] ?? ''), path)
    return paths
  }

  async sign(signing: Signing<string>, paths: readonly string[]): Promise<void> {
    if (signing.isBeside) {
      for (const path of paths) await this.#signBeside(signing, path)
      return
    }
    const { key, hash, isV3 } = signing
    const macros = { __gpg: this.#gpgPath, _gpg_name: addressOf(key), _gpg_digest_algo: hash }
    const args = ['--addsign', ...(isV3 ? ['--rpmv3'] : [])]
    // gpg by itself refuses to sign by SHA-1
    const weak = { _gpg_sign_cmd_extra_args: '--batch --allow-weak-digest-algos' }
    await this.#run('rpmsign', [...defines({ ...macros, ...weak }), ...args, ...paths])
  }

  /** Without rpmsign, which leaves one signer and refuses the signatures that its own rpm cannot read. */
  async #signBeside({ key, hash, isV3 }: Signing<string>, path: string): Promise<void> {
    const octets = new Uint8Array(await readFile(path))
    const { leadEnd, signature, header, payloadStart } = parsePackageForTests(octets)
    const over = async (start: number, end: number): Promise<Uint8Array> => {
      await writeFile(`${path}.part`, octets.subarray(start, end))
      const how = ['--digest-algo', hash, '--local-user', addressOf(key)]
      await this.#gpg([...how, '--detach-sign', '--output', `${path}.sig`, `${path}.part`])
      return readFile(`${path}.sig`)
    }
    const added = [bin(267, await over(header.start, header.end))]
    if (isV3) added.push(bin(1005, await over(header.start, octets.length)))
    const entries = [...signature.entries.slice(1), ...added]
      .map(({ tag, type, data }) => ({ tag, type, data }))
      .toSorted((one, other) => one.tag - other.tag)
    const parts = {
      lead: octets.slice(0, leadEnd),
      signature: writeHeader(62, entries),
      header: octets.subarray(header.start, header.end),
      payload: octets.subarray(payloadStart),
    }
    await writeFile(path, writePackage(parts))
    for (const extra of ['.part', '.sig']) await rm(`${path}${extra}`)
  }

  async deleteSignatures(paths: readonly string[]): Promise<void> {
    await this.#run('rpmsign', ['--delsign', ...paths])
  }

  async #gpg(args: readonly string[]): Promise<void> {
    const silent = ['--batch', '--yes', '--quiet', '--no-tty', '--pinentry-mode', 'loopback']
    await this.#run('gpg', [...silent, '--passphrase', '', ...args])
  }

  #run(program: string, args: readonly string[]): Promise<string> {
    const options = { env: this.#environment, maxBuffer: 2 ** 24 }
    return new Promise((resolve, reject) => {
      execFile(program, args, options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout)
        // without the arguments of the usual message, which are hundreds of files
        else reject(new Error(`${program} failed: ${stderr.slice(-2000)}`))
      })
    })
  }

  /** Ends the agent that gpg started. */
  async end(): Promise<void> {
    await this.#run('gpgconf', ['--kill', 'all'])
  }
}

const addressOf = (key: string): string => `${key}@example.org`

const defines = (macros: Readonly<Record<string, string>>): string[] =>
  Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`])

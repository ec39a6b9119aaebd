/**
 * C4, C7: the matrix of the design's section 4. In every environment an honest handler starts, serves and is proven,
 * with bubblewrap where it can be and with the reason where it cannot, and a handler that skips its lock-down is
 * refused. Needs root, bubblewrap and setpriv.
 */
import { spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { isRunning, until } from '../umd/drive.ts'
import { probeCommand, runProbe, startProbe } from '../umd/probe.ts'
import { environments, ORDINARY_USER } from './environments.ts'

const folder = mkdtempSync(join(tmpdir(), 'airlock-peers-'))
chmodSync(folder, 0o755)
afterAll(() => rmSync(folder, { recursive: true }))
const isRoot = process.geteuid?.() === 0

const REQUIRED = [
  ...['filter', 'probe', 'no-new-privileges', 'privileges', 'rlimits', 'descriptors', 'memory'],
]

test('these tests run as root', () => {
  expect(isRoot).toBe(true)
})

describe.runIf(isRoot).each(environments(folder))('C4, C7: $name', (environment) => {
  const { behind, uid } = environment

  test.each(['off', 'auto'] as const)('an honest handler, bubblewrap %s', async (bubblewrap) => {
    const report = await runProbe({ handler: 'echo', bubblewrap, behind })
    expect(report).toMatchObject({ uid, answer: 'ping', outcome: 'ok' })
    const layers = report.layers ?? []
    const inForce = layers.filter(({ state }) => state === 'in force').map(({ layer }) => layer)
    const isCaged = bubblewrap === 'auto' && environment.bubblewrap === true
    expect(inForce).toEqual([...REQUIRED, ...(isCaged ? ['namespaces'] : [])])
    const told = layers.filter(({ known }) => known === 'self-reported').map(({ layer }) => layer)
    expect(told.filter((layer) => layer !== 'namespaces')).toEqual(environment.selfReported)
    const namespaces = layers.find(({ layer }) => layer === 'namespaces')
    if (bubblewrap === 'off') expect(namespaces?.detail).toBe('switched off by the caller')
    else if (environment.bubblewrap !== true) {
      expect(namespaces?.detail).toMatch(environment.bubblewrap)
    }
  })

  test.each(['off', 'auto'] as const)(
    'a handler that skips its lock-down, bubblewrap %s',
    async (bubblewrap) => {
      const report = await runProbe({ handler: 'skips-lock-down', bubblewrap, behind })
      expect(report.refused).toMatchObject({ layer: 'filter' })
      expect(report.answer).toBeUndefined()
    },
  )

  test('namespaces, when required', async () => {
    const report = await runProbe({
      handler: 'echo',
      bubblewrap: 'auto',
      behind,
      require: ['namespaces'],
    })
    if (environment.bubblewrap === true) expect(report.answer).toBe('ping')
    else {
      expect(report.refused?.layer).toBe('namespaces')
      expect(report.refused?.message).toMatch(environment.bubblewrap)
    }
  })
})

describe.runIf(isRoot)('C7: a /proc that does not show the handler', () => {
  const asInContainer = (environments(folder)[2]?.behind ?? []).join(' ')

  test.each(['off', 'auto'] as const)('hidepid=2, bubblewrap %s', async (bubblewrap) => {
    const script = `mount -o remount,hidepid=2,gid=4242 /proc && exec ${asInContainer} "$@"`
    const behind = ['unshare', '-m', '-p', '-f', '--mount-proc', 'bash', '-c', script, 'bash']
    const report = await runProbe({ handler: 'echo', bubblewrap, behind })
    expect(report.refused?.layer).toBe('proc')
    expect(report.refused?.message).toMatch(/hidden/)
  })

  test('no /proc at all', async () => {
    const behind = ['bwrap', '--bind', '/', '/', '--dev', '/dev', '--tmpfs', '/proc', '--']
    const report = await runProbe({ handler: 'echo', behind })
    expect(report.refused).toEqual({
      layer: 'proc',
      message: 'proc: /proc is not mounted or not readable here: the cage cannot be proven',
    })
  })
})

describe.runIf(isRoot)('C7: bubblewrap that cannot be used', () => {
  function place(name: string, make: (file: string) => void): string {
    const directory = mkdtempSync(join(folder, `${name}-`))
    chmodSync(directory, 0o755)
    const file = join(directory, 'bwrap')
    make(file)
    return directory
  }
  const script = (text: string) => (file: string) => {
    writeFileSync(file, `#!/bin/sh\n${text}\n`)
    chmodSync(file, 0o755)
  }
  const CASES: readonly (readonly [string, string, RegExp])[] = [
    ['missing', '/nowhere', /bubblewrap \(bwrap\) is not in PATH/],
    ['named by a relative path only', 'bin:.', /bubblewrap \(bwrap\) is not in PATH/],
    [
      'owned by another user',
      place('owned', (file) => {
        copyFileSync('/usr/bin/bwrap', file)
        chmodSync(file, 0o755)
        chownSync(file, 1000, 1000)
      }),
      /bwrap is not owned by root/,
    ],
    [
      'writable by others',
      place('writable', (file) => {
        copyFileSync('/usr/bin/bwrap', file)
        chmodSync(file, 0o777)
      }),
      /bwrap is writable by others than root/,
    ],
    [
      'present and blocked',
      place('blocked', script('echo "bwrap: No permissions to create new namespace" >&2; exit 1')),
      /present and blocked \(bwrap: No permissions to create new namespace\)/,
    ],
  ]

  test.each(CASES)('%s: said, not silent', async (_how, path, cause) => {
    const report = await runProbe({ handler: 'echo', bubblewrap: 'auto', path })
    expect(report.answer).toBe('ping')
    expect(report.layers?.find(({ layer }) => layer === 'namespaces')).toMatchObject({
      state: 'missing',
      detail: expect.stringMatching(cause),
    })
  })

  test.each(CASES)('%s: refused, when required', async (_how, path, cause) => {
    const require = ['namespaces'] as const
    const report = await runProbe({ handler: 'echo', bubblewrap: 'auto', path, require })
    expect(report.refused?.layer).toBe('namespaces')
    expect(report.refused?.message).toMatch(cause)
  })

  test('one that fails in silence, or hangs up, stops the start', async () => {
    const path = place('mute', script('exit 3'))
    const report = await runProbe({ handler: 'echo', bubblewrap: 'auto', path })
    expect(report.refused?.layer).toMatch(/namespaces|runtime/)
  })
})

describe.runIf(isRoot)('C7: a root that cannot start a handler as nobody', () => {
  test.each(['off', 'auto'] as const)('closed directory, bubblewrap %s', async (bubblewrap) => {
    const directory = mkdtempSync(join(folder, 'closed-'))
    const node = join(directory, 'node')
    copyFileSync(process.execPath, node)
    chmodSync(node, 0o755)
    chmodSync(directory, 0o700)
    const report = await runProbe({ handler: 'echo', bubblewrap, node })
    expect(report.refused?.layer).toBe('spawn')
    expect(report.refused?.message).toMatch(/may not execute the Node.js binary/)
  })

  test.each(['off', 'auto'] as const)('no capability, bubblewrap %s', async (bubblewrap) => {
    const behind = ['setpriv', '--bounding-set', '-all', '--inh-caps', '-all']
    const report = await runProbe({ handler: 'echo', bubblewrap, behind })
    expect(report.refused?.layer).toBe('spawn')
    expect(report.refused?.message).toMatch(/no CAP_KILL, CAP_SETGID, CAP_SETUID$/)
  })

  // it could start handlers and never end them
  test.each(['off', 'auto'] as const)('no CAP_KILL, bubblewrap %s', async (bubblewrap) => {
    const behind = ['setpriv', '--bounding-set', '-kill', '--inh-caps', '-kill']
    const report = await runProbe({ handler: 'echo', bubblewrap, behind })
    expect(report.refused?.layer).toBe('spawn')
    expect(report.refused?.message).toMatch(/no CAP_KILL$/)
  })
})

/** A limit that no other handler on this machine has, whoever runs tests on it. */
const MARK = 1_048_576 + process.pid

/** Handlers with that limit: their command lines end with the numbers of probe-manager.ts. */
function probesLeft(): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'latin1').endsWith(
        `134217728\u00001048576\u0000${MARK}\0`,
      )
    } catch {
      return false // gone
    }
  })
}

describe.runIf(isRoot)('C5: a manager that is killed by SIGKILL while it starts a handler', () => {
  test.each(['off', 'auto'] as const)('leaves nothing, bubblewrap %s', async (bubblewrap) => {
    const [command, args] = probeCommand({ handler: 'echo', bubblewrap, maxReply: MARK })
    // from before the spawn until after the answer, a step of 3 ms at a time
    for (let after = 30; after < 150; after += 3) {
      const manager = spawn(command, args, { stdio: 'ignore' })
      const exit = new Promise((resolve) => manager.once('exit', resolve))
      await sleep(after)
      manager.kill('SIGKILL')
      await exit
    }
    await until(() => probesLeft().length === 0, 'the end of all handlers')
  })
})

describe.runIf(isRoot)('C5: a manager that is killed by SIGKILL leaves no orphan', () => {
  const CASES = [
    ['root', []],
    ['ordinary user', ORDINARY_USER],
  ] as const
  describe.each(CASES)('%s', (_who, behind) => {
    test.each([
      ['idle', 'off', undefined],
      ['idle', 'auto', undefined],
      ['in an endless loop', 'off', '\u00e1'],
      ['in an endless loop', 'auto', '\u00e1'],
    ] as const)('handler %s, bubblewrap %s', async (_what, bubblewrap, body) => {
      const { process: manager, report } = await startProbe({
        handler: 'moody',
        bubblewrap,
        behind,
        // 0xe3 0xff: two and a half seconds of work; 0xe1: for ever
        stayWith: body ?? '\u00e3\u00ff',
      })
      const pid = report.pid ?? 0
      expect(isRunning(pid)).toBe(true)
      manager.kill('SIGKILL')
      await until(() => !isRunning(pid), `the end of handler ${pid}`)
    })
  })
})

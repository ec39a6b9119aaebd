/** How the command ends: interrupted, killed, with nobody who reads what it says. No process is left. (C5) */
import { describe, expect, test } from 'vitest'
import { DATA, isRunning, key, type Running, shell, signature, start } from './command.ts'
import { rpm } from './rpm.ts'

const WAITING = ['verify', '--keyring', key('ed25519'), signature('ed25519.sig'), '-']

async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 30_000
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited too long for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The command, waiting for its data with handlers under way or idle. */
async function waiting(
  env: Readonly<Record<string, string>>,
): Promise<[Running, readonly number[]]> {
  const running = start(WAITING, env)
  running.child.stdin.write('some data, and more to come')
  await until(() => running.descendants().length > 0, 'a handler')
  return [running, running.descendants()]
}

describe.each([
  ['with bubblewrap', {}],
  ['without bubblewrap', { PATH: '/nonexistent' }],
])('C5: %s', (_how, env) => {
  test('SIGINT ends it with 130; no handler is left', async () => {
    const [running, handlers] = await waiting(env)
    running.child.kill('SIGINT')
    const { code, signal, stdout, stderr } = await running.ended
    expect({ code, signal, stdout, stderr }).toEqual({
      code: 130,
      signal: null,
      stdout: '',
      stderr: '',
    })
    await until(() => !handlers.some(isRunning), 'the end of the handlers')
  })

  test.each(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)('%s leaves no orphan', async (name) => {
    const [running, handlers] = await waiting(env)
    running.child.kill(name)
    const { signal } = await running.ended
    expect(signal).toBe(name)
    await until(() => !handlers.some(isRunning), 'the end of the handlers')
  })

  test('SIGKILL at any moment of its start leaves no orphan', async () => {
    for (let delay = 0; delay < 400; delay += 45) {
      const running = start(WAITING, env)
      const seen = new Set<number>()
      const end = performance.now() + delay
      while (performance.now() < end) {
        for (const pid of running.descendants()) seen.add(pid)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      for (const pid of running.descendants()) seen.add(pid)
      running.child.kill('SIGKILL')
      await running.ended
      await until(() => ![...seen].some(isRunning), 'the end of all that was started')
    }
  })
})

describe('C5: nobody listens', () => {
  const args = ['verify', '--keyring', key('ed25519'), signature('ed25519.sig'), DATA]

  test('a reader that went away changes nothing, and is no error', async () => {
    const line = '$node $main "$@" | head -c 0; echo "$' + '{PIPESTATUS[0]}"'
    for (const more of [[], ['--json']]) {
      const { stdout, stderr } = await shell(line, ...args, ...more)
      expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' })
    }
    const help = await shell(line, '--help')
    expect(help).toMatchObject({ stdout: '0\n', stderr: '' })
    const errors = '$node $main "$@" 2>&1 >/dev/null | head -c 0; echo "$' + '{PIPESTATUS[0]}"'
    const missing = [...args.slice(0, -1), '/nonexistent']
    expect(await shell(errors, ...missing)).toMatchObject({ stdout: '3\n', stderr: '' })
  })

  test('closed standard streams change no exit code', async () => {
    expect((await shell('$node $main "$@" >&- 2>&-', ...args)).code).toBe(0)
    expect((await shell('$node $main "$@" <&- >&- 2>&-', ...args)).code).toBe(0)
    expect((await shell('$node $main "$@" >&- 2>&-', ...args.slice(0, -1), '/x')).code).toBe(3)
  })
})

describe('C7: output that is lost is no success', () => {
  const keyring = ['--keyring', key('packager')]

  test.each([
    [['rpm', 'verify']],
    [['rpm', 'verify', '--json']],
    [['rpm', 'show']],
    [['rpm', 'digests']],
  ])('%j on a full disk', async (command) => {
    const args = [...command, ...keyring, rpm('good')]
    const full = await shell('$node $main "$@" > /dev/full', ...args)
    expect(full).toMatchObject({ code: 3, stdout: '' })
    expect(full.stderr).toContain('standard output could not be written (output-failed)')
    // the verdict stays what it is where it is no success, or where the reader has read enough
    const bad = await shell(
      '$node $main "$@" > /dev/full',
      ...args.with(-1, rpm('tampered-header')),
    )
    expect(bad.code).toBe(1)
    const closed = await shell('{ $node $main "$@"; echo $? >&2; } | true', ...args)
    expect(closed.stderr.trim()).toBe('0')
  })
})

/**
 * C4, C5, C7 on Node 24, which opens io_uring rings at boot and has another libuv: the whole of the driver's, the
 * hostile handlers' and the escape tests, with Node 24 as manager and as handler.
 */
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProbe } from '../umd/probe.ts'
import { findNode24 } from './node24.ts'

interface Results {
  readonly numTotalTests: number
  readonly numPassedTests: number
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

describe.runIf(process.arch === 'x64')('Node 24', { timeout: 1_800_000 }, () => {
  let node = ''
  beforeAll(() => {
    node = findNode24()
  }, 300_000)
  afterAll(() => {
    if (node !== '') rmSync(dirname(node), { recursive: true })
  })

  test.each(['off', 'auto'] as const)(
    'is manager and handler, bubblewrap %s',
    async (bubblewrap) => {
      const report = await runProbe({ handler: 'echo', bubblewrap, node })
      expect(report.node).toMatch(/^24\./)
      expect(report.answer).toBe('ping')
    },
  )

  test('passes the tests of the driver, of the liars and of the cage', async () => {
    const output = join(dirname(node), 'results.json')
    const require = createRequire(import.meta.url)
    const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs')
    const args = [vitest, 'run', '--reporter=json', `--outputFile=${output}`]
    const child = spawn(node, [...args, 'test/umd', 'test/escape', 'test/hostile'], {
      cwd: join(import.meta.dirname, '../..'),
      stdio: 'ignore',
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/' },
    })
    await new Promise((resolve) => child.once('exit', resolve))
    const results: Results = JSON.parse(readFileSync(output, 'utf8'))
    const failed = results.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status !== 'passed')
      .map(({ fullName, status, failureMessages }) => [fullName, status, failureMessages[0]])
    expect(failed).toEqual([])
    expect(results.numPassedTests).toBe(results.numTotalTests)
    expect(results.numTotalTests).toBeGreaterThan(400)
  })
})

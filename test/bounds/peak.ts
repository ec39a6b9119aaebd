/** The largest resident set of a Node.js process, told by itself when it ends. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * An expression: mebibytes of the process that evaluates it, since its exec. Not its resource usage, which counts the process
 * that forked it as well: here the test's, with the inputs that it makes.
 */
export const PEAK = `Number(/^VmHWM:\\s+(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))[1]) / 1024`

/** Measures one process after another. */
export class Peak {
  /** Goes before the program's name on Node.js's command line. */
  readonly args: readonly string[]
  readonly #result: string

  /** @param directory for the module that measures, and its result */
  constructor(directory: string) {
    const hook = join(directory, 'measure.mjs')
    this.args = ['--import', hook]
    this.#result = join(directory, 'peak')
    rmSync(this.#result, { force: true }) // of the process before
    const code = `import { readFileSync, writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync(${JSON.stringify(this.#result)}, String(${PEAK})))`
    writeFileSync(hook, code)
  }

  /** Mebibytes, of the process that ended. */
  get mebibytes(): number {
    return Number(readFileSync(this.#result, 'utf8'))
  }
}

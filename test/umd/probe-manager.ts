/**
 * A whole manager as a program of its own, for tests that need one in another environment: another user, fewer
 * capabilities, a filter, stray descriptors, another Node. Takes its orders as JSON, prints what became of them as one
 * line of JSON. Bundled by bundle-handlers.ts; imports nothing but the library.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { check, Driver, type LayerReport, SetupError } from '../../manager/umd/index.ts'

export interface Orders {
  /** absolute path of the handler's bundle */
  readonly bundle: string
  readonly bubblewrap: 'auto' | 'off'
  readonly require?: readonly 'namespaces'[]
  /** where bubblewrap is looked for */
  readonly path?: string
  /** largest reply in bytes, which stands at the end of the handler's command line; default 4 MiB */
  readonly maxReply?: number
  /** the request, in latin1; default "ping" */
  readonly body?: string
  /** after the answer: stay, with a second request in flight that is this body, until killed */
  readonly stayWith?: string
}

export interface Report {
  readonly node: string
  readonly uid: number
  /** the answer, in latin1 */
  readonly answer?: string
  readonly outcome?: string
  readonly pid?: number
  readonly layers?: readonly LayerReport[]
  readonly refused?: { readonly layer: string; readonly message: string }
}

async function run(orders: Orders): Promise<void> {
  const driver = new Driver({
    name: 'probe',
    bundle: {
      path: orders.bundle,
      sha256: createHash('sha256').update(readFileSync(orders.bundle)).digest('hex'),
    },
    limits: { data: 1 << 27, maxRequest: 1 << 20, maxReply: orders.maxReply ?? 1 << 22 },
    bubblewrap: orders.bubblewrap,
    ...(orders.require === undefined ? {} : { require: orders.require }),
    ...(orders.path === undefined ? {} : { path: orders.path }),
  })
  const ask = (body: string): ReturnType<typeof driver.request<string>> =>
    driver.request({
      verb: 7,
      body: Buffer.from(body, 'latin1'),
      source: body,
      isolation: 'shared',
      open: (reply) => check(reply, (untrusted) => Buffer.from(untrusted).toString('latin1')),
    })
  const who = { node: process.versions.node, uid: process.getuid?.() ?? -1 }
  try {
    const { pid, layers } = await driver.start()
    const outcome = await ask(orders.body ?? 'ping')
    const answer = outcome.status === 'ok' ? { answer: outcome.value } : {}
    print({ ...who, ...answer, outcome: outcome.status, pid, layers })
    if (orders.stayWith !== undefined) await ask(orders.stayWith)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    print({ ...who, refused: { layer: error.layer, message: error.message } })
  }
  await driver[Symbol.asyncDispose]()
}

function print(report: Report): void {
  process.stdout.write(`${JSON.stringify(report)}\n`)
}

const [, , orders = ''] = process.argv
await run(JSON.parse(orders) as Orders)

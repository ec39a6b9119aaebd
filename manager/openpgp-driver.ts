/**
 * The OpenPGP driver: which program its handlers run, its limits, and how an input becomes clean packets. This is the
 * only place where an input's bytes leave for a handler and its replies come back, through manager/sanitise.
 */
import { HANDLER_LIMITS, OPENPGP_LIMITS, openpgpReplyCap } from '../protocol/limits.ts'
import { VERB } from '../protocol/messages.ts'
import type { ArmoredText, PacketSequence, Place } from './openpgp/model.ts'
import { HANDLER_SHA256 } from './pins.ts'
import { isBinary, openArmor, openPackets } from './sanitise/index.ts'
import { Driver, type DriverOptions } from './umd/driver.ts'
import type { Isolation, Request } from './umd/job.ts'
import type { Failure, Outcome } from './umd/outcome.ts'

/** What a caller may choose about the driver. */
export type OpenPgpDriverOptions = Pick<
  DriverOptions,
  'poolSize' | 'recycleAfter' | 'deadlines' | 'require' | 'bubblewrap' | 'path'
>

/** The handlers' bundle as the build made it: in dist/, where the compiled manager is too. */
function bundlePath(): URL {
  const [package_, compiled] = import.meta.url.split('/dist/manager/')
  const root = compiled === undefined ? new URL('..', import.meta.url) : new URL(`${package_}/`)
  return new URL('dist/bundles/packets.cjs', root)
}

/** Each is read by its name, so that one that a caller's object inherits counts as well. */
export function openpgpDriver(options: OpenPgpDriverOptions = {}): Driver {
  const { poolSize, recycleAfter, deadlines, require, bubblewrap, path } = options
  return new Driver({
    ...(poolSize === undefined ? {} : { poolSize }),
    ...(recycleAfter === undefined ? {} : { recycleAfter }),
    ...(deadlines === undefined ? {} : { deadlines }),
    ...(require === undefined ? {} : { require }),
    ...(bubblewrap === undefined ? {} : { bubblewrap }),
    ...(path === undefined ? {} : { path }),
    name: 'openpgp',
    bundle: { path: bundlePath(), sha256: HANDLER_SHA256.packets },
    limits: {
      data: HANDLER_LIMITS.data,
      maxRequest: OPENPGP_LIMITS.maxRequest,
      maxReply: OPENPGP_LIMITS.maxReply,
    },
    replyCap: (_verb, length) => openpgpReplyCap(length),
  })
}

/** Where an input's requests come from, and which handler may see them. */
export interface Asking {
  /** one name per input */
  readonly source: string
  readonly isolation: Isolation
  readonly signal?: AbortSignal | undefined
}

/** A handler gave no usable answer: it failed, or refused by a code of the library. */
export type HandlerFailure = Failure | { readonly status: 'rejected'; readonly code: number }

/** An input as packets, or how the handler failed on it. */
export type Reading =
  | {
      readonly status: 'read'
      readonly parts: readonly ReadPart[]
      /** text around armored blocks */
      readonly outside: readonly Place[]
    }
  /** the input is text and holds no armored block, or a broken one */
  | { readonly status: 'malformed'; readonly offset: number; readonly detail: string }
  | {
      readonly status: 'failed'
      readonly failure: HandlerFailure
    }

/** One run of packets: the whole binary input, or one armored block, with what its armor called it. */
export interface ReadPart {
  readonly label: 'binary' | 'publicKey' | 'signature' | 'message' | 'privateKey'
  readonly sequence: PacketSequence
}

/**
 * Reads an input that is binary or armored, to its last byte: binary if the first octet has its high bit set
 * (RFC 9580 section 4.2), else text, whose every armored block is read.
 */
export async function readOpenPgp(
  driver: Driver,
  input: Uint8Array,
  asking: Asking,
): Promise<Reading> {
  if (isBinary(input)) {
    const packets = await readPackets(driver, input, asking)
    if ('failure' in packets) return { status: 'failed', failure: packets.failure }
    return { status: 'read', parts: [{ label: 'binary', sequence: packets.sequence }], outside: [] }
  }
  const armor = await readArmor(driver, input, asking)
  if ('failure' in armor) return { status: 'failed', failure: armor.failure }
  const { blocks, stop } = armor.text
  if (stop !== undefined) return { status: 'malformed', ...stop }
  if (blocks.length === 0) {
    const detail = 'expected OpenPGP packets, or text with an armored block'
    return { status: 'malformed', offset: 0, detail }
  }
  const parts: ReadPart[] = []
  for (const block of blocks) {
    const packets = await readPackets(driver, block.data, asking)
    if ('failure' in packets) return { status: 'failed', failure: packets.failure }
    parts.push({ label: block.label, sequence: packets.sequence })
  }
  return { status: 'read', parts, outside: armor.text.outside }
}

type Failed = { readonly failure: HandlerFailure }

export async function readPackets(
  driver: Driver,
  input: Uint8Array,
  asking: Asking,
): Promise<{ readonly sequence: PacketSequence } | Failed> {
  const outcome = await ask(driver, VERB.packets, input, asking, openPackets)
  return outcome.status === 'ok' ? { sequence: outcome.value } : { failure: outcome }
}

async function readArmor(
  driver: Driver,
  input: Uint8Array,
  asking: Asking,
): Promise<{ readonly text: ArmoredText } | Failed> {
  const outcome = await ask(driver, VERB.armor, input, asking, openArmor)
  return outcome.status === 'ok' ? { text: outcome.value } : { failure: outcome }
}

/** One request; `open` compares the reply with the very bytes that were sent. */
export function ask<T>(
  driver: Driver,
  verb: number,
  input: Uint8Array,
  { source, isolation, signal }: Asking,
  open: (input: Uint8Array, reply: Parameters<Request<T>['open']>[0]) => T,
): Promise<Outcome<T>> {
  return driver.request({
    verb,
    body: input,
    source,
    isolation,
    open: (reply) => open(input, reply),
    ...(signal === undefined ? {} : { signal }),
  })
}

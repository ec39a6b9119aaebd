/**
 * What the library tells observers, on `node:diagnostics_channel` under the name {@link EVENTS_CHANNEL}. Numbers
 * and closed words only, nothing from an input. Publishing costs nothing when nobody listens.
 */
import { channel } from 'node:diagnostics_channel'

export const EVENTS_CHANNEL = 'pgp-airlock:umd'

export type DriverEvent =
  | { readonly type: 'loaded'; readonly driver: string; readonly sha256: string }
  | { readonly type: 'unloaded'; readonly driver: string }
  | {
      readonly type: 'started'
      readonly driver: string
      readonly pid: number
      readonly milliseconds: number
    }
  | { readonly type: 'setup-failed'; readonly driver: string; readonly layer: string }
  | {
      readonly type: 'ended'
      readonly driver: string
      readonly pid: number
      readonly cause: string
    }
  | { readonly type: 'retried'; readonly driver: string; readonly alone: boolean }
  | { readonly type: 'condemned'; readonly driver: string; readonly status: string }

const events = channel(EVENTS_CHANNEL)

export function publish(event: DriverEvent): void {
  if (events.hasSubscribers) events.publish(event)
}

/** The document of `pgp-airlock doctor --json`. */
import { z } from 'zod'
import type { Layer } from '../../protocol/hello.ts'
import type { LayerReport } from '../umd/proof.ts'
import { layer, layerKnown, layerState } from './layer.ts'

/** What `pgp-airlock doctor --json` prints. */
export interface DoctorDocument {
  readonly schema: 'pgp-airlock/doctor/1'
  readonly holds: boolean
  readonly platform: 'supported' | 'unproven' | 'unsupported'
  readonly node: string
  readonly layers: readonly (LayerReport & { readonly todo?: string | undefined })[]
  readonly failed?:
    | { readonly layer: Layer; readonly cause: string; readonly todo: string }
    | undefined
}

/** `pgp-airlock doctor --json`, schema `pgp-airlock/doctor/1`. */
export const doctorDocument: z.ZodType<DoctorDocument> = z.strictObject({
  schema: z.literal('pgp-airlock/doctor/1'),
  holds: z.boolean(),
  platform: z.enum(['supported', 'unproven', 'unsupported']),
  node: z.string(),
  layers: z.array(
    z.strictObject({
      layer,
      state: layerState,
      required: z.boolean(),
      known: layerKnown,
      detail: z.string(),
      todo: z.string().optional(),
    }),
  ),
  failed: z.strictObject({ layer, cause: z.string(), todo: z.string() }).optional(),
})

/** The layers of the cage, as documents name them. */
import { z } from 'zod'
import { LAYER, type Layer } from '../../protocol/hello.ts'
import type { LayerReport } from '../umd/proof.ts'

export const layer: z.ZodType<Layer> = z.enum(Object.keys(LAYER) as Layer[]) // the keys of LAYER are its names
export const layerState: z.ZodType<LayerReport['state']> = z.enum(['in force', 'missing'])
export const layerKnown: z.ZodType<LayerReport['known']> = z.enum(['inspected', 'self-reported'])

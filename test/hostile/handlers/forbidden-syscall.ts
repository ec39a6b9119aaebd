/** Asks for a socket, which has no row in the filter. */
import { createServer } from 'node:net'
import { misbehave } from '../misbehave.ts'

misbehave({ sin: () => void createServer().listen(0) })

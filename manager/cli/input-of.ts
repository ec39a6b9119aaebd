/** What a name on the command line is read from. */
import { fstatSync } from 'node:fs'
import type { Input } from '../input.ts'
import { type FileName, pathOf } from './names.ts'

/** A file, or standard input where the name is a dash. */
export function inputOf(name: FileName): Input {
  if (name.text !== '-') return { path: pathOf(name) }
  // of a directory Node.js makes an empty stream; opened by its path, it tells what it is
  return fstatSync(0).isDirectory() ? { path: '/dev/stdin' } : process.stdin
}

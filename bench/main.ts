/**
 * `npm run bench [-- --smoke] [--json] [--runs N] [NAME...]`: our figures beside a rival's, in one run.
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { measure, type Result, type Row, type Spread } from './harness.ts'
import { coldStart } from './rows/cold-start.ts'
import { pipeline } from './rows/pipeline.ts'
import { roundTrip } from './rows/round-trip.ts'
import { rpm } from './rows/rpm.ts'

const ROWS: readonly Row[] = [
  pipeline('rsa4096'),
  pipeline('rsa2048'),
  pipeline('ed25519'),
  pipeline('p256'),
  rpm('package'),
  rpm('header'),
  roundTrip,
  coldStart,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { smoke: { type: 'boolean' }, json: { type: 'boolean' }, runs: { type: 'string' } },
})
const smoke = values.smoke ?? false
const runs = smoke ? 1 : Number(values.runs ?? 7)

function figures({ min, median, max }: Spread): string {
  const digits = median >= 100 ? 0 : median >= 10 ? 1 : 2
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`
}

function describe(result: Result): string {
  const how = result.compare === 'ratio' ? 'ours / rival' : 'ours - rival'
  const extra = Object.entries(result.extra).map(([name, value]) => `    ${name}: ${value}\n`)
  return (
    `${result.name} [${result.unit}], median (range) of ${runs}\n` +
    `    ours:  ${figures(result.ours)}\n` +
    `    rival: ${figures(result.rival)}  ${result.rivalName}\n` +
    `    ${how}: ${figures(result.pairs)}\n${extra.join('')}`
  )
}

console.log(
  `Node.js ${process.versions.node}, OpenSSL ${process.versions.openssl}, ${cpus().length} cores`,
)
for (const row of ROWS) {
  if (positionals.length > 0 && !positionals.some((name) => row.name.includes(name))) continue
  const result = await measure(row, runs, smoke)
  console.log(values.json ? JSON.stringify(result) : describe(result))
}

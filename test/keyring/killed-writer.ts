/** A program for tests: imports a key file and kills itself at one step. Arguments: store, key file, step, moment. */
import { Airlock } from '../../manager/airlock.ts'
import { kill, type Moment, withAccident } from './steps.ts'

async function main(): Promise<void> {
  const [path = '', key = '', step = '', moment = ''] = process.argv.slice(2)
  const { files } = withAccident(Number(step), moment as Moment, kill)
  await using airlock = await Airlock.open()
  const store = airlock.openStore(path, { files })
  await store.execute(await store.plan([{ path: key }]))
}

void main()

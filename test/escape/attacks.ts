/**
 * Attacks in JavaScript, by name: what a parser could do that an input has taken over completely. Each returns when
 * it got what it wanted and throws when it did not. All modules are imported before lock-down, to the attacker's favour.
 */
import * as childProcess from 'node:child_process'
import * as fs from 'node:fs'
import * as inspector from 'node:inspector'
import * as net from 'node:net'
import * as os from 'node:os'
import * as v8 from 'node:v8'
import * as vm from 'node:vm'
import * as workerThreads from 'node:worker_threads'

/** process.binding and what it returns: internal, untyped, and still there. */
function binding(name: string): Record<string, (...args: unknown[]) => unknown> {
  const get: unknown = Reflect.get(process, 'binding')
  if (typeof get !== 'function') throw new Error('no process.binding')
  return Reflect.apply(get, process, [name])
}

function property(object: object, name: string): unknown {
  return Reflect.get(object, name)
}

function construct(type: unknown, ...args: unknown[]): object {
  if (typeof type !== 'function') throw new Error('no constructor')
  return Reflect.construct(type, args)
}

function callMethod(object: object, name: string, ...args: unknown[]): void {
  const method = property(object, name)
  const result: unknown = typeof method === 'function' ? Reflect.apply(method, object, args) : -1
  if (result !== 0) throw new Error(`${name} answered ${String(result)}`)
}

function expectMissing(name: string): void {
  if (Reflect.get(globalThis, name) === undefined) throw new Error(`${name} is not there`)
}

/** What an attack makes on disk, if it can; the mark tells whose it is. */
export const placeOf = (mark: string): string => `/tmp/airlock-escape-${mark}-`

export const ATTACKS: Readonly<Record<string, (mark: string) => unknown>> = {
  // files
  'read a file': () => fs.readFileSync('/etc/passwd'),
  'write a file': (mark) => fs.writeFileSync(`${placeOf(mark)}file`, 'x'),
  'append to an open number': () => fs.writeSync(1, 'x'),
  'list a directory': () => fs.readdirSync('/'),
  'stat a file': () => fs.statSync('/etc/passwd'),
  'look for a file': () => fs.accessSync('/etc/passwd'),
  'remove a file': () => fs.unlinkSync('/tmp/airlock-escape-none'),
  'make a directory': (mark) => fs.mkdirSync(`${placeOf(mark)}dir`),
  'make a link': (mark) => fs.symlinkSync('/etc/passwd', `${placeOf(mark)}link`),
  'read a link': () => fs.readlinkSync('/proc/self/exe'),
  'change a mode': () => fs.chmodSync('/tmp', 0o777),
  'truncate a file': () => fs.truncateSync('/tmp/airlock-escape-none'),
  'watch a directory': () => fs.watch('/tmp'),
  'read a file through the thread pool': () => {
    fs.readFile('/etc/passwd', () => {})
    const end = Date.now() + 200
    while (Date.now() < end);
    throw new Error('nothing came back')
  },
  'write own memory through /proc': () => fs.openSync('/proc/self/mem', 'r+'),
  'read own environment through /proc': () => fs.readFileSync('/proc/self/environ'),
  'read every inherited descriptor': () => {
    const open: number[] = []
    for (let descriptor = 0; descriptor < 256; descriptor += 1) {
      if (descriptor === 3) continue
      try {
        fs.fstatSync(descriptor)
        open.push(descriptor)
      } catch {
        // closed, or refused
      }
    }
    if (open.length === 0) throw new Error('EBADF for all')
  },
  'list a directory below an inherited descriptor': () => fs.readdirSync('/proc/self/fd/200'),
  'change the working directory': () => process.chdir('/tmp'),
  // network
  'connect by binding tcp_wrap': () => {
    const tcp = binding('tcp_wrap')
    const handle = construct(property(tcp, 'TCP'), 0)
    const request = construct(property(tcp, 'TCPConnectWrap'))
    callMethod(handle, 'connect', request, '127.0.0.1', 9)
  },
  'listen by TCP': () => net.createServer().listen(0),
  'connect to a local socket': () => net.connect('/run/nobody'),
  'receive datagrams by binding udp_wrap': () => {
    const handle = construct(property(binding('udp_wrap'), 'UDP'))
    callMethod(handle, 'bind', '127.0.0.1', 0, 0)
  },
  'list the interfaces': () => os.networkInterfaces(),
  // processes
  'start a program': () => childProcess.spawn('/bin/true'),
  'start a program and wait': () => childProcess.execFileSync('/bin/true'),
  'start a shell': () => childProcess.execSync('true'),
  'fork this program': () => childProcess.fork('/dev/null'),
  'start many programs': () => {
    for (let index = 0; index < 20; index += 1) childProcess.spawn('/bin/true')
  },
  'start a thread': () => new workerThreads.Worker('1', { eval: true }),
  'start many threads': () => {
    for (let index = 0; index < 8; index += 1) new workerThreads.Worker('1', { eval: true })
  },
  'signal the parent': () => process.kill(process.ppid, 0),
  'signal itself': () => process.kill(process.pid, 0),
  'signal everybody': () => process.kill(-1, 0),
  'become root': () => process.setuid?.(0),
  'become another group': () => process.setgid?.(0),
  // to the lowest: an ordinary user may not raise it, and a test that is nice has one that is lower than 1
  'change the priority': () => os.setPriority(0, 19),
  // code
  'run a string as code': () => vm.runInThisContext('1 + 1') === 2,
  'run a string by eval': () => Reflect.get(globalThis, 'eval')('1 + 1'),
  'run a string by Function': () => construct(Function, 'return 1'),
  'compile WebAssembly': () => expectMissing('WebAssembly'),
  'load a native library': () => process.dlopen({ exports: {} }, '/lib/libm.so.6'),
  'load the FFI binary again': () => process.dlopen({ exports: {} }, '/proc/self/fd/5'),
  'import a module from disk': () => Reflect.apply(require, undefined, ['/tmp/airlock-none.js']),
  'open the inspector': () => inspector.open(0, '127.0.0.1'),
  // the runtime's own internals
  'open by binding fs': () => binding('fs')['open']?.('/etc/passwd', 0, 0o666),
  'start by binding spawn_sync': () =>
    binding('spawn_sync')['spawn']?.({
      file: '/bin/true',
      args: ['true'],
      envPairs: [],
      stdio: [{ type: 'ignore' }, { type: 'ignore' }, { type: 'ignore' }],
    }),
  'listen by binding tcp_wrap': () => {
    const tcp = binding('tcp_wrap')
    const handle = construct(property(tcp, 'TCP'), 1)
    callMethod(handle, 'bind', '127.0.0.1', 0)
  },
  'write a heap snapshot': (mark) => v8.writeHeapSnapshot(`${placeOf(mark)}heap`),
  'write a report': (mark) => {
    const path = `${placeOf(mark)}report`
    process.report?.writeReport(path)
    fs.readFileSync(path)
  },
  'change a prototype through __proto__': () => {
    Reflect.get({}, '__proto__')
  },
}

/** What an attack, `name#mark`, came to: `got it`, or the code or class of what was thrown. */
export function attempt(asked: string): string {
  const [name = '', mark = ''] = asked.split('#')
  const attack = ATTACKS[name]
  if (attack === undefined) return 'no such attack'
  try {
    attack(mark)
    return 'got it'
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    return error instanceof Error ? error.name : 'thrown'
  }
}

/** A certificate as a person reads it, and as JSON. User ids are cleaned; all else was computed here. */
import { JudgedCertificate } from '../keyring/judged-certificate.ts'
import { type Usability, usabilityOf } from '../keyring/usability.ts'
import { SIGNATURE_ALGORITHMS } from '../openpgp/algorithms.ts'
import type { Certificate } from '../openpgp/certificate.ts'
import type { Evaluation } from '../openpgp/evaluate.ts'
import { bitLength } from '../openpgp/integers.ts'
import type { KeyPacket, UserPacket } from '../openpgp/model.ts'
import type { Terms } from '../openpgp/validity.ts'
import type { Paint } from './text.ts'
import { cleanBytes, columns } from './text.ts'

/** A certificate at a time. */
export interface Card {
  readonly certificate: Certificate
  readonly evaluation: Evaluation
  readonly usability: Usability
}

export function cardOf(certificate: Certificate | JudgedCertificate, terms: Terms): Card {
  const judged =
    certificate instanceof JudgedCertificate ? certificate : new JudgedCertificate(certificate)
  const evaluation = judged.at(terms)
  return { certificate: judged.certificate, evaluation, usability: usabilityOf(evaluation) }
}

/** Groups of four digits, as people compare them. */
export function spaced(fingerprint: string): string {
  return (fingerprint.toUpperCase().match(/.{4}/g) ?? []).join(' ')
}

function date(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 10)
}

function iso(time: number): string {
  return new Date(time * 1000).toISOString().replace('.000Z', 'Z')
}

/** `RSA 4096`, `ECDSA nistp256`, `Ed25519`, `encryption`. */
function kindOf({ algorithm, material }: KeyPacket): string {
  const name = SIGNATURE_ALGORITHMS.get(algorithm)?.name ?? 'encryption'
  switch (material.family) {
    case 'rsa':
      return `${name} ${bitLength(material.n)}`
    case 'dsa':
      return `${name} ${bitLength(material.p)}`
    case 'ecdsa':
      return `${name} ${material.curve}`
    case 'ed25519':
    case 'ed448':
    case 'encryption':
      return name
    default:
      return material satisfies never
  }
}

function usersOf({ components }: Certificate): readonly UserPacket[] {
  const users: UserPacket[] = []
  for (const { subject } of components) {
    if (subject.kind === 'user' && subject.user.kind === 'userId') users.push(subject.user)
  }
  return users
}

/** In one word or two: what a list shows. */
function state({ signs, expires, reasons }: Usability): string {
  if (signs) return expires === undefined ? 'signs' : `signs until ${date(expires)}`
  return reasons[0]?.code ?? 'key-not-for-signing'
}

/** One line: fingerprint, date of creation, what it is worth now, valid user ids. */
export function describeLine({ certificate, evaluation, usability }: Card, paint: Paint): string {
  const { fingerprint, primary } = certificate
  const users = evaluation.users.map(({ body }) => cleanBytes(body).text)
  const worth = state(usability)
  const padding = ' '.repeat(Math.max(0, 22 - worth.length))
  const painted = usability.signs ? paint.good(worth) : paint.bad(worth)
  const names = users.length === 0 ? '(no valid user id)' : users.join(' | ')
  return `${fingerprint.toUpperCase()}  ${date(primary.created)}  ${painted}${padding}  ${names}\n`
}

/** A few lines: what is asked about. */
export function describeCard(
  card: Card,
  paint: Paint,
  more: readonly (readonly [string, string])[] = [],
): string {
  const { certificate, evaluation, usability } = card
  const { primary } = certificate
  const valid = new Set(evaluation.users)
  const rows: [string, string][] = [
    ['made', `${date(primary.created)}, ${kindOf(primary)}`],
    ['now', usability.signs ? paint.good(state(usability)) : paint.bad('may not sign')],
    ...usability.reasons.map(({ text, code }): [string, string] => [
      'because',
      `${text} (${code})`,
    ]),
  ]
  for (const user of usersOf(certificate)) {
    const note = valid.has(user) ? '' : paint.bad(' (not valid)')
    rows.push(['user id', `${cleanBytes(user.body).text}${note}`])
  }
  return columns([...rows, ...more])
}

/** Every key with what may be said against it. */
export function describeKeys({ evaluation }: Card, paint: Paint): string {
  const lines: string[] = []
  for (const { key, objections, expires } of evaluation.standings) {
    const name = key.role === 'primary' ? 'primary key' : 'subkey'
    const worth = objections.length === 0 ? paint.good('signs') : paint.bad('may not sign')
    const until = expires === undefined ? '' : `, expires ${date(expires)}`
    lines.push(`      ${name}  ${spaced(key.fingerprint)}\n`)
    lines.push(`        ${kindOf(key)}, made ${date(key.created)}${until}: ${worth}\n`)
    const texts = new Set(objections.map(({ reason }) => `${reason.text} (${reason.code})`))
    for (const text of texts) lines.push(`        because: ${text}\n`)
  }
  return lines.join('')
}

function keyJson(key: KeyPacket, expires: number | undefined): object {
  return {
    fingerprint: key.fingerprint,
    version: key.version,
    algorithm: kindOf(key),
    created: iso(key.created),
    ...(expires === undefined ? {} : { expires: iso(expires) }),
  }
}

/** A user id; `userIdBytes` in base64 where the text is not exact. */
function userJson(user: UserPacket, isValid: boolean): object {
  const bytes = Buffer.from(user.body)
  const userId = bytes.toString('utf8')
  const exact = Buffer.from(userId).equals(bytes)
  return {
    userId,
    ...(exact ? {} : { userIdBytes: bytes.toString('base64') }),
    valid: isValid,
  }
}

/** A certificate in JSON: what it is, what it is worth, its user ids. */
export function cardJson({ certificate, evaluation, usability }: Card): object {
  const { signs, reasons, expires } = usability
  const valid = new Set(evaluation.users)
  return {
    ...keyJson(certificate.primary, expires),
    signs,
    reasons,
    userIds: usersOf(certificate).map((user) => userJson(user, valid.has(user))),
  }
}

/** The same with every key of it. */
export function fullJson(card: Card): object {
  const keys = card.evaluation.standings.map(({ key, objections, expires }) => ({
    role: key.role,
    ...keyJson(key, expires),
    signs: objections.length === 0,
    reasons: objections.map(({ reason }) => reason),
  }))
  return { ...cardJson(card), keys }
}

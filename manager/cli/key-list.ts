/** `pgp-airlock key list`, `show`, `export`: what a keyring holds, of whatever form it is. */
import type { Airlock } from '../airlock.ts'
import { KeyringError } from '../errors.ts'
import { armoredCertificates } from '../keyring/armored.ts'
import { certificateOctets } from '../keyring/certificate-octets.ts'
import { eachConcurrently } from '../keyring/concurrently.ts'
import { curate } from '../keyring/curate.ts'
import type { JudgedCertificate } from '../keyring/judged-certificate.ts'
import { Keyring } from '../keyring/keyring.ts'
import type { Fingerprint } from '../openpgp/model.ts'
import type { Terms } from '../openpgp/validity.ts'
import type { Console } from './console.ts'
import { EXIT } from './exit.ts'
import {
  cardJson,
  cardOf,
  describeCard,
  describeKeys,
  describeLine,
  fullJson,
  spaced,
} from './key-card.ts'
import type { KeyOptions } from './key-options.ts'
import { HOW_TO_FILL, type KeyringPlace } from './key-place.ts'
import { type KeyResult, refused } from './key-result.ts'
import { nameJson, nameOfPath } from './names.ts'

/** Certificates that are verified at the same time: enough to keep the thread pool busy. */
const PREPARED_AT_ONCE = 64

/** A keyring without certificates can be looked at; the default one need not be there. */
export async function loadOrEmpty(
  airlock: Airlock,
  { path, isDefault }: KeyringPlace,
): Promise<Keyring> {
  if (isDefault) return airlock.openStore(path).load()
  try {
    return await airlock.loadKeyring([{ path }])
  } catch (error) {
    if (error instanceof KeyringError && error.code === 'keyring-empty') return Keyring.from([])
    throw error
  }
}

export async function listKeys(
  airlock: Airlock,
  { keyring: place }: KeyOptions,
  terms: Terms,
  { paint }: Console,
): Promise<KeyResult> {
  const { certificates } = await loadOrEmpty(airlock, place)
  await eachConcurrently(certificates, PREPARED_AT_ONCE, (certificate) => certificate.prepare())
  const cards = certificates.map((certificate) => cardOf(certificate, terms))
  return {
    exitCode: EXIT.good,
    document: { ...nameJson('keyring', nameOfPath(place.path)), certificates: cards.map(cardJson) },
    text: cards.map((card) => describeLine(card, paint)).join(''),
    ...(cards.length === 0 ? { remark: `no certificates: ${HOW_TO_FILL}\n` } : {}),
  }
}

export async function showKeys(
  airlock: Airlock,
  { keyring: place, fingerprints }: KeyOptions,
  terms: Terms,
  { paint, errPaint }: Console,
): Promise<KeyResult> {
  const found = find(await loadOrEmpty(airlock, place), fingerprints)
  const named = nameJson('keyring', nameOfPath(place.path))
  if ('missing' in found) return notFound(found.missing, named, errPaint)
  const cards = found.certificates.map((certificate) => cardOf(certificate, terms))
  const texts = cards.map((card) => {
    const title = spaced(card.certificate.fingerprint)
    return `${title}\n${describeCard(card, paint)}${describeKeys(card, paint)}`
  })
  return {
    exitCode: EXIT.good,
    document: { ...named, certificates: cards.map(fullJson) },
    text: texts.join(''),
  }
}

export async function exportKeys(
  airlock: Airlock,
  { keyring: place, fingerprints, binary }: KeyOptions,
  _terms: Terms,
  { errPaint }: Console,
): Promise<KeyResult> {
  const keyring = await loadOrEmpty(airlock, place)
  const found = fingerprints.length === 0 ? keyring : find(keyring, fingerprints)
  const named = nameJson('keyring', nameOfPath(place.path))
  if ('missing' in found) return notFound(found.missing, named, errPaint)
  const parts = found.certificates.map(({ certificate }) => ({
    fingerprint: certificate.fingerprint,
    octets: certificateOctets(curate(certificate)),
  }))
  const octets = Buffer.concat(parts.map((part) => part.octets))
  const certificates = parts.map((part) => ({
    fingerprint: part.fingerprint,
    certificateBytes: Buffer.from(part.octets).toString('base64'),
  }))
  return {
    exitCode: EXIT.good,
    document: { ...named, certificates },
    text: binary ? octets : octets.length === 0 ? '' : armoredCertificates(octets),
  }
}

type Found =
  | { readonly certificates: readonly JudgedCertificate[] }
  | { readonly missing: Fingerprint }

/** The certificates that keys, primary or sub, are part of; each once. */
function find(keyring: Keyring, fingerprints: readonly Fingerprint[]): Found {
  const certificates = new Set<JudgedCertificate>()
  for (const fingerprint of fingerprints) {
    const entries = keyring.byFingerprint(fingerprint)
    if (entries.length === 0) return { missing: fingerprint }
    for (const { owner } of entries) certificates.add(owner)
  }
  return { certificates: [...certificates] }
}

function notFound(fingerprint: Fingerprint, named: object, paint: Console['errPaint']): KeyResult {
  return refused('no-key', `the keyring does not hold ${fingerprint}`, named, paint)
}

/** Armor around certificates that are handed out (RFC 9580 section 6). Trusted side, pure. */

/** Base64 digits on a line, as other programs write it. */
const LINE = /.{1,64}/g

const CRC24_INIT = 0xb704ce
const CRC24_POLYNOMIAL = 0x864cfb

/** RFC 9580 section 6.1.1; optional, but GnuPG 2.2 wants it. */
function crc24(octets: Uint8Array): number {
  let crc = CRC24_INIT
  for (const octet of octets) {
    crc ^= octet * 0x10000
    for (let bit = 0; bit < 8; bit += 1) {
      crc *= 2
      if (crc >= 0x1000000) crc = (crc % 0x1000000) ^ CRC24_POLYNOMIAL
    }
  }
  return crc
}

/** One armored block, lines ended by LF. */
export function armoredCertificates(octets: Uint8Array): string {
  const lines = Buffer.from(octets).toString('base64').match(LINE) ?? []
  const crc = crc24(octets)
  const check = Buffer.of(Math.trunc(crc / 0x10000), Math.trunc(crc / 0x100) % 0x100, crc % 0x100)
  return [
    '-----BEGIN PGP PUBLIC KEY BLOCK-----',
    '',
    ...lines,
    `=${check.toString('base64')}`,
    '-----END PGP PUBLIC KEY BLOCK-----',
    '',
  ].join('\n')
}

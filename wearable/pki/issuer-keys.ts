import { hex } from '#kernel/bytes/hex.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { Memory } from '../memory.ts';
import type { IssuerProfile, PkiProfile } from '../profile-applications.ts';
import { EcKey } from './ec-key.ts';
import { RsaKey } from './rsa-key.ts';

/** A key that the memory should have and did not give, or did not take. */
export type KeyFailure = 'memory-failure';

/**
 * The keys of one issuer's cards of one scheme: as the profile names them, or made when they are
 * first asked for and kept. A CA's key is the same for all who name its RID and index.
 */
export class IssuerKeys {
  readonly pki: PkiProfile;
  /** The scheme's name, the first 5 bytes of an AID. */
  readonly rid: Uint8Array;
  readonly #memory: Memory;
  readonly #rid: string;
  readonly #owner: string;

  /** `ridHex` is 10 digits. */
  constructor(memory: Memory, wearableId: string, issuer: IssuerProfile, ridHex: string) {
    this.pki = issuer.pki;
    this.rid = hex(ridHex);
    this.#memory = memory;
    this.#rid = ridHex;
    this.#owner = `pki/${wearableId}/${issuer.name}/${ridHex}`;
  }

  /** The RSA key of the scheme's CA. */
  caRsa(): Result<RsaKey, KeyFailure> {
    const { caRsaKeyPem, rsaCaIndexHex, caBits } = this.pki;
    return this.#rsa(`pki/${this.#rid}/${rsaCaIndexHex}/ca`, caBits, caRsaKeyPem);
  }

  /** The issuer's RSA key. */
  issuerRsa(): Result<RsaKey, KeyFailure> {
    const { issuerRsaKeyPem, issuerBits } = this.pki;
    return this.#rsa(`${this.#owner}/issuer`, issuerBits, issuerRsaKeyPem);
  }

  /** A card's RSA key; `use` keeps its keys apart. */
  iccRsa(aid: string, use: 'icc' | 'pin', pem?: string): Result<RsaKey, KeyFailure> {
    return this.#rsa(`${this.#owner}/${aid}/${use}`, this.pki.iccBits, pem);
  }

  /** The key of the scheme's CA on P-256. */
  caEc(): Result<EcKey, KeyFailure> {
    const { caEcKeyHex, ecCaIndexHex } = this.pki;
    return this.#ec(`pki/${this.#rid}/${ecCaIndexHex}/ca/p-256`, caEcKeyHex);
  }

  /** The issuer's key on P-256. */
  issuerEc(): Result<EcKey, KeyFailure> {
    return this.#ec(`${this.#owner}/issuer/p-256`, this.pki.issuerEcKeyHex);
  }

  /** A card's key on P-256. */
  iccEc(aid: string, scalarHex?: string): Result<EcKey, KeyFailure> {
    return this.#ec(`${this.#owner}/${aid}/icc/p-256`, scalarHex);
  }

  #rsa(name: string, bits: number, named: string | undefined): Result<RsaKey, KeyFailure> {
    const { exponent } = this.pki;
    return this.#keep(`${name}/rsa-${bits}-${exponent}`, named, {
      read: RsaKey.read,
      make: () => RsaKey.generate(bits, exponent),
      write: (key) => key.writePem(),
    });
  }

  #ec(name: string, named: string | undefined): Result<EcKey, KeyFailure> {
    return this.#keep(name, named, {
      read: (text) => (/^[0-9A-F]{64}$/.test(text) ? ok(EcKey.fromScalar(hex(text))) : fail('')),
      make: () => EcKey.generate(),
      write: (key) => key.writeHex(),
    });
  }

  #keep<K>(name: string, named: string | undefined, form: KeyForm<K>): Result<K, KeyFailure> {
    const cell = this.#memory.cell(name);
    const kept = named === undefined ? cell.read() : ok(named);
    if (!kept.ok) return kept;
    if (kept.value !== undefined) {
      const key = form.read(kept.value);
      return key.ok ? key : fail('memory-failure');
    }
    const key = form.make();
    const written = cell.write(form.write(key));
    return written.ok ? ok(key) : written;
  }
}

interface KeyForm<K> {
  read(text: string): Result<K, string>;
  make(): K;
  write(key: K): string;
}

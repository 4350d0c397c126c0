import { existsSync, readdirSync } from 'node:fs';

/** A part of the system that some tests need and npm does not bring. */
export interface SystemPart {
  /** What it is, for people. */
  readonly what: string;
  /** It is there when each of these lists has a file that exists. */
  readonly files: readonly (readonly string[])[];
  /** How to install it on Debian. */
  readonly install: string;
}

/** Only root can start `pcscd`; for anybody else it must be running. */
const PCSCD_SOCKET = process.getuid?.() === 0 ? [] : [['/run/pcscd/pcscd.comm']];

/** Debian keeps each major version in a folder of its own. */
const POSTGRESQL = '/usr/lib/postgresql';
const POSTGRESQL_BINARIES = (existsSync(POSTGRESQL) ? readdirSync(POSTGRESQL) : []).map(
  (version) => `${POSTGRESQL}/${version}/bin`,
);

/** Every part, by the name under which tests ask for it. */
export const SYSTEM_PARTS = {
  pcscd: {
    what: 'the PC/SC service with a virtual reader',
    files: [['/usr/sbin/pcscd'], ['/usr/lib/pcsc/drivers/serial/libifdvpcd.so'], ...PCSCD_SOCKET],
    install:
      'apt-get install pcscd vsmartcard-vpcd libpcsclite1, and systemctl start pcscd unless root',
  },
  chromium: {
    what: 'a browser',
    files: [['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']],
    install: 'apt-get install chromium',
  },
  postgresql: {
    what: 'another PostgreSQL than the embedded one',
    files: ['initdb', 'postgres'].map((program) =>
      POSTGRESQL_BINARIES.map((folder) => `${folder}/${program}`),
    ),
    install: 'apt-get install postgresql',
  },
  nats: {
    what: 'the NATS server with JetStream',
    files: [['/usr/sbin/nats-server', '/usr/bin/nats-server', '/usr/local/bin/nats-server']],
    install: 'apt-get install nats-server',
  },
} as const satisfies Readonly<Record<string, SystemPart>>;

/** The name of a part. */
export type SystemPartName = keyof typeof SYSTEM_PARTS;

/** The file of each list that is there; `undefined` when the part is absent. */
export function findSystemPart(name: SystemPartName): readonly string[] | undefined {
  const found: string[] = [];
  for (const files of SYSTEM_PARTS[name].files) {
    const file = files.find((candidate) => existsSync(candidate));
    if (file === undefined) return undefined;
    found.push(file);
  }
  return found;
}

/** How the title of a test shows what it needs. */
export function needsMark(name: SystemPartName): string {
  return `[needs ${name}]`;
}

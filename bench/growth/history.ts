/** How much history there is to be. */
export interface Scale {
  readonly transactions: number;
  readonly cards: number;
  readonly now: Date;
  readonly rulesDigest: string;
}

/** How a table is filled. */
export interface TablePlan {
  readonly before?: readonly string[];
  /** What of the rows that are there stays. */
  readonly keep?: string;
  readonly inserts: readonly string[];
}

/** Beginning of the names of what is there only while it is filled. */
export const HISTORY = 'bench_history';
/** What each card had before its first payment. */
export const FUNDS_MINOR = 100_000_000;
/** Of so many terminals, four to a merchant; the first of them are connected later. */
const TERMINALS = 1_000;
const FIRST_TERMINAL = 30_000_000;
/** Ten million are two years then. */
const TRANSACTIONS_PER_DAY = 13_700;

/** DE 41 of the terminals that history is about, from 0 on. */
export function terminalIdOf(index: number): string {
  return `${FIRST_TERMINAL + index}`;
}

/** DE 42 of its merchant. */
export function merchantIdOf(index: number): string {
  return `BENCH${`${Math.floor(index / 4)}`.padStart(10, '0')}`;
}

/**
 * Statements that fill each table as so many payments would have, what takes longest first: of a
 * hundred, 95 captured, four declined, one reversed; one in ten tapped without verification; a
 * batch a day and terminal. The ledger adds up, balances follow from it and the audit log's chains
 * are whole. What a decision was scored from is in form but made up, so that computing it again
 * does not give its score.
 */
export function tablePlans(scale: Scale): Readonly<Record<string, TablePlan>> {
  return {
    cards: cards(scale),
    audit_log: auditLog(scale),
    transactions: transactions(scale),
    decisions: decisions(scale),
    ledger_transfers: ledgerTransfers(scale),
    idempotency: idempotency(scale),
    fraud_labels: fraudLabels(scale),
  };
}

/** The payments themselves, computed from their number `g`, oldest first; with cards if wanted. */
function payments({ transactions: count, cards, now }: Scale, of: 'cards' | 'none'): string {
  const stepMs = 86_400_000 / TRANSACTIONS_PER_DAY;
  return `(
    select g, (${FIRST_TERMINAL} + g % ${TERMINALS})::text as terminal_id,
      lpad((g / ${TERMINALS})::text, 6, '0') as stan,
      to_char(at, 'MMDDHH24MISS') as transmitted_at,
      'BENCH' || lpad((g % ${TERMINALS} / 4)::text, 10, '0') as merchant_id,
      ${of === 'cards' ? 'card_token, masked_pan, ' : ''}
      100 + drawn % 9900 as amount_minor, at as received_at,
      (array['declined', 'reversed', 'captured'])[case when drawn % 100 < 4 then 1
        when drawn % 100 = 4 then 2 else 3 end] as state,
      case when drawn / 100 % 10 = 0 then 'none' else 'cdcvm' end as verification
    from (
      select g, timestamptz '${now.toISOString()}'
          - (${count} - g) * interval '${stepMs.toFixed(3)} milliseconds' as at,
        (hashint8(g) & 2147483647)::bigint as drawn,
        (hashint8(g * 31 + 7) & 2147483647)::bigint % ${cards} as card
      from generate_series(1::bigint, ${count}) g
    ) series ${of === 'cards' ? `join ${HISTORY}_cards on i = card` : ''}
  ) payment`;
}

function cards({ cards }: Scale): TablePlan {
  return {
    inserts: [
      `insert into cards (card_token, masked_pan, expiry, fault, highest_atc, currency,
          balance_minor)
        select encode(sha256(int8send(n)), 'hex'),
          '999999******' || lpad((n % 10000)::text, 4, '0'),
          '4912', 'none', -1, '978', ${FUNDS_MINOR} from generate_series(1, ${cards}) n`,
    ],
  };
}

function decisions(scale: Scale): TablePlan {
  const features = `format('{"amountMinor":%s,"currency":978,"localHour":%s,"verification":"%s",'
    '"channel":"cashier","attestation":"unknown","energyPercent":null,"checkedIn":null,'
    '"basketLines":%s,"cardTimeMs":%s,"cardLast10Min":0,"cardLast24H":%s,"cardMerchants24H":1,'
    '"cardAmount24HMinor":%s,"cardUnverified":0,"cardUnverifiedMinor":0,"deviceLast24H":null,'
    '"deviceCards24H":null,"terminalLast10Min":2,"terminalDeclines10Min":0,'
    '"terminalFrauds28Days":0,"terminalFraudRate28Days":0,"merchantLast10Min":4,'
    '"merchantLast24H":%s,"merchantFraudRate90Days":0}', amount_minor,
    extract(hour from received_at), verification, g % 9, 200 + g % 300, g % 4, g % 4000, g % 100)`;
  const result = `'{"score":0,"tier":"low","reasons":[],"requiredMethod":"none",'
    '"exemption":"contactless","probability":null}'`;
  return {
    inserts: [
      `insert into decisions (terminal_id, stan, transmitted_at, features, rules_digest, result,
          decided_at)
        select terminal_id, stan, transmitted_at, ${features}, '${scale.rulesDigest}', ${result},
          received_at from ${payments(scale, 'none')}`,
    ],
  };
}

function transactions(scale: Scale): TablePlan {
  const amount = `case state when 'declined' then 0 else amount_minor end`;
  const isBatched = `state = 'captured' and received_at < date_trunc('day', now())`;
  return {
    inserts: [
      `insert into transactions (terminal_id, stan, transmitted_at, merchant_id, card_token,
          masked_pan, amount_minor, currency, state, authorised_minor, captured_minor,
          response_code, approval_code, retrieval_reference, score, tier, reasons, received_at,
          reversed_at, reversal_reason, batch_number, is_settled, verification)
        select terminal_id, stan, transmitted_at, merchant_id, card_token, masked_pan, amount_minor,
          '978', state, ${amount}, ${amount}, case state when 'declined' then '51' else '00' end,
          case state when 'declined' then null else lpad((g % 1000000)::text, 6, '0') end,
          lpad(g::text, 12, '0'), 0, 'low', '', received_at,
          case state when 'reversed' then received_at + interval '5 s' end,
          case state when 'reversed' then '68' end,
          case when ${isBatched} then (extract(epoch from received_at) / 86400)::integer end,
          ${isBatched}, verification
        from ${payments(scale, 'cards')}`,
    ],
  };
}

function idempotency(scale: Scale): TablePlan {
  const answer = `int8send(g) || decode(repeat('5a', 132), 'hex')`;
  const columns = `(terminal_id, message_class, stan, transmitted_at, payload_hash, answer,
    received_at)`;
  const hash = `encode(sha256(int8send(g)), 'hex')`;
  return {
    inserts: [
      `insert into idempotency ${columns} select terminal_id, 'authorisation', stan, transmitted_at,
        ${hash}, ${answer}, received_at from ${payments(scale, 'none')}`,
      `insert into idempotency ${columns} select terminal_id, 'reversal',
        (500000 + stan::integer)::text, transmitted_at, ${hash}, ${answer}, received_at
        from ${payments(scale, 'none')} where state = 'reversed'`,
    ],
  };
}

function ledgerTransfers(scale: Scale): TablePlan {
  const columns = `(terminal_id, entry_id, line, debit_account, credit_account, currency,
    amount_minor, booked_at)`;
  const name = `stan || '-' || transmitted_at`;
  return {
    inserts: [
      `insert into ledger_transfers ${columns} select 'issuer', 'funds-' || card_token, 0,
        'issuer:funds', 'card:' || card_token, '978', ${FUNDS_MINOR}, now() from ${HISTORY}_cards
        where not exists (select from kept where credit_account = 'card:' || card_token)`,
      `insert into ledger_transfers ${columns} select terminal_id, 'sale-' || ${name}, 0,
        'card:' || card_token, 'merchant:' || merchant_id, '978', amount_minor, received_at
        from ${payments(scale, 'cards')} where state <> 'declined'`,
      `insert into ledger_transfers ${columns} select terminal_id, 'reversal-' || ${name}, 0,
        'merchant:' || merchant_id, 'card:' || card_token, '978', amount_minor,
        received_at + interval '5 s' from ${payments(scale, 'cards')} where state = 'reversed'`,
    ],
  };
}

/** Each entry's hash covers the one before it, as `cloud/audit/audit-log.ts` has it. */
function auditLog(scale: Scale): TablePlan {
  const entry = `format('{"act":"purchase","at":"%s","stan":"%s","transmittedAt":"%s",'
    '"amountMinor":"%s","currency":"978","state":"%s","responseCode":"00","score":0,"reasons":""}',
    to_char(received_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), stan, transmitted_at, amount_minor,
    state)`;
  return {
    before: [
      `create function pg_temp.link(before bytea, content text) returns bytea immutable
        language sql return sha256(before || convert_to(content, 'UTF8'))`,
      `create aggregate pg_temp.chain(text) (sfunc = pg_temp.link, stype = bytea,
        initcond = '\\x${'00'.repeat(32)}')`,
    ],
    keep: `shard not between '${terminalIdOf(0)}' and '${terminalIdOf(TERMINALS - 1)}'`,
    inserts: [
      `insert into audit_log
        select shard, sequence, entry,
          coalesce(lag(hash) over one, decode(repeat('00', 32), 'hex')), hash
        from (
          select shard, sequence, entry,
            pg_temp.chain(shard || ' ' || sequence || ' ' || entry) over
              (partition by shard order by sequence rows unbounded preceding) as hash
          from (
            select terminal_id as shard, ${entry} as entry,
              g / ${TERMINALS} + (g % ${TERMINALS} <> 0)::int as sequence
            from ${payments(scale, 'none')}
          ) written
        ) chained window one as (partition by shard order by sequence)`,
    ],
  };
}

function fraudLabels(scale: Scale): TablePlan {
  return {
    inserts: [
      `insert into fraud_labels select terminal_id, stan, transmitted_at,
        received_at + interval '7 days' from ${payments(scale, 'none')}
        where g % 1000 = 500 and received_at < now() - interval '7 days' and state = 'captured'`,
    ],
  };
}

import { expect, test } from 'vitest';
import { Metrics } from './metrics.ts';

test('what was counted is rendered, buckets from below', () => {
  const metrics = new Metrics();
  metrics.authorised({ kind: 'purchase', responseCode: '00', durationMs: 4 });
  metrics.authorised({ kind: 'purchase', responseCode: '51', durationMs: 40 });
  metrics.authorised({ kind: 'purchase', responseCode: '51', durationMs: 20_000 });
  metrics.answered('/v1/terminals', 200);
  const lines = metrics.render({ tessera_open_unknowns: [3, 'Open.'] }).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'tessera_authorisations_total{kind="purchase",outcome="approved"} 1',
      'tessera_authorisations_total{kind="purchase",outcome="declined"} 2',
      'tessera_declines_total{code="51"} 2',
      'tessera_api_requests_total{route="/v1/terminals",status="200"} 1',
      'tessera_authorisation_seconds_bucket{le="0.002"} 0',
      'tessera_authorisation_seconds_bucket{le="0.005"} 1',
      'tessera_authorisation_seconds_bucket{le="0.05"} 2',
      'tessera_authorisation_seconds_bucket{le="10"} 2',
      'tessera_authorisation_seconds_bucket{le="+Inf"} 3',
      'tessera_authorisation_seconds_count 3',
      '# TYPE tessera_open_unknowns gauge',
      'tessera_open_unknowns 3',
    ]),
  );
});

test('percentiles are of the last authorisations', () => {
  const metrics = new Metrics();
  expect(metrics.latency()).toEqual({ p50Ms: null, p95Ms: null, p99Ms: null });
  for (let i = 0; i < 2_048; i++) {
    metrics.authorised({ kind: 'purchase', responseCode: '00', durationMs: 9_000 });
  }
  for (let i = 1; i <= 2_048; i++) {
    metrics.authorised({ kind: 'purchase', responseCode: '00', durationMs: i });
  }
  expect(metrics.latency()).toEqual({ p50Ms: 1_024, p95Ms: 1_946, p99Ms: 2_028 });
});

import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../../sync-server/metrics.ts';

describe('metrics', () => {
  it('show what the relay and the HTTP side count, beside the defaults of a Node process', async () => {
    const metrics = createMetrics();
    metrics.relay.sockets.add(2);
    metrics.relay.sockets.add(-1);
    metrics.relay.appended.add(5);
    metrics.relay.refused.add('stale-epoch', 1);
    metrics.relay.commitSeconds.observe(0.002);
    metrics.answered('/d/:room', 200);
    const text = await metrics.text();
    expect(text).toContain('sealroom_sockets 1\n');
    expect(text).toContain('sealroom_records_appended_total 5\n');
    expect(text).toContain('sealroom_requests_refused_total{reason="stale-epoch"} 1\n');
    expect(text).toContain('sealroom_commit_seconds_count 1\n');
    expect(text).toContain('sealroom_http_requests_total{route="/d/:room",status="200"} 1\n');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('do not share a registry', () => {
    createMetrics();
    expect(() => createMetrics()).not.toThrow();
  });
});

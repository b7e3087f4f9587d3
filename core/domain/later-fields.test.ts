import { expect, it } from 'vitest';
import { newId, sampleRecord, sampleWait } from '../ports/samples.contract.ts';
import { claim } from './run-lease.ts';
import { RunRecord } from './run-record.ts';

it('keeps what a later version has written into a record', () => {
  const later = { sparkle: 7 };
  const steer = { itemId: newId('itm'), text: 'Shorter.', atMs: 1, consumed: false, ...later };
  const wait = { ...sampleWait(), ...later };
  const grant = { agentId: newId('agt'), tool: 'send', ...later };
  const written = { ...sampleRecord(), ...later, waits: [wait], grants: [grant], steered: [steer] };

  const record = RunRecord.parse(written);
  const { record: claimed } = claim(record, { owner: 'worker-1', nowMs: record.createdAtMs, leaseMs: 20_000 });

  expect(claimed).toMatchObject({ ...later, waits: [later], grants: [later], steered: [later] });
});

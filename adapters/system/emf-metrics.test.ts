import { expect, it } from 'vitest';
import * as z from 'zod';
import { createEmfMetrics } from './emf-metrics.ts';
import { createJsonLogger } from './json-logger.ts';

/** What CloudWatch insists on: every name that a directive gives stands in the document, as a number or up to 100 of them. */
const Document = z.looseObject({
  _aws: z.object({
    Timestamp: z.number().int(),
    CloudWatchMetrics: z.tuple([
      z.object({
        Namespace: z.string(),
        Dimensions: z.tuple([z.array(z.string()).max(30)]),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.enum(['Count', 'Milliseconds']) })).max(100),
      }),
    ]),
  }),
});
const Value = z.union([z.number(), z.array(z.number()).min(1).max(100)]);

function createMetrics() {
  const lines: string[] = [];
  const logger = createJsonLogger({ service: 'agent' }, (line) => lines.push(line));
  const metrics = createEmfMetrics(logger, 'prod', () => 1_800_000_000_000);
  const documents = () => lines.map((line) => Document.parse(JSON.parse(line)));
  return { metrics, lines, documents };
}

it('adds counts up, gathers times, and writes one line for each set of dimensions', () => {
  const { metrics, documents } = createMetrics();

  metrics.record('RunsAccepted', 1);
  metrics.record('RunsAccepted', 1);
  metrics.record('AcceptMs', 12.4);
  metrics.record('AcceptMs', 20);
  metrics.record('RunsEnded', 1, { Outcome: 'completed' });
  metrics.record('RunsEnded', 2, { Outcome: 'completed' });
  metrics.flush();

  expect(documents()).toMatchObject([
    {
      service: 'agent',
      message: 'measured',
      Stage: 'prod',
      RunsAccepted: 2,
      AcceptMs: [12, 20],
      _aws: {
        Timestamp: 1_800_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: 'Troupe',
            Dimensions: [['Stage']],
            Metrics: [
              { Name: 'RunsAccepted', Unit: 'Count' },
              { Name: 'AcceptMs', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
    },
    {
      Stage: 'prod',
      Outcome: 'completed',
      RunsEnded: 3,
      _aws: { CloudWatchMetrics: [{ Dimensions: [['Stage', 'Outcome']], Metrics: [{ Name: 'RunsEnded' }] }] },
    },
  ]);
});

it('writes nothing when nothing happened, and nothing twice', () => {
  const { metrics, lines } = createMetrics();

  metrics.flush();
  metrics.record('DeadLetters', 1);
  metrics.flush();
  metrics.flush();

  expect(lines).toHaveLength(1);
});

it('keeps within what a document may hold, however much is measured, and shows the worst', () => {
  const { metrics, documents } = createMetrics();

  for (let value = 1; value <= 10_000; value += 1) metrics.record('AppendMs', value);
  metrics.record('AppendMs', 99_999);
  metrics.record('AppendMs', 1);
  metrics.flush();

  const [document] = documents();
  const values = z.array(z.number()).parse(Value.parse(document?.['AppendMs']));
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  expect(values.length).toBeGreaterThan(45);
  expect(Math.max(...values)).toBe(99_999);
  expect(middle).toBeGreaterThan(4_500);
  expect(middle).toBeLessThan(5_500);
});

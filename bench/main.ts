// `npm run bench`: measures the platform on this machine, prints one table and writes it as JSON.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureContext } from './measures/context.ts';
import { measureCost } from './measures/cost.ts';
import { measureFirstToken } from './measures/first-token.ts';
import { measureLambdaBundles } from './measures/lambda-bundles.ts';
import { measureLists } from './measures/lists.ts';
import { measureLiveRuns } from './measures/live-runs.ts';
import { measureRecovery } from './measures/recovery.ts';
import { measureReplay } from './measures/replay.ts';
import { measureRequests } from './measures/requests.ts';
import { measureStartUp } from './measures/start-up.ts';
import { measureThroughput } from './measures/throughput.ts';
import { measureWebClient } from './measures/web-client.ts';
import { type Section, tableText } from './report.ts';

const measures: Readonly<Record<string, () => Promise<Section>>> = {
  'first-token': measureFirstToken,
  requests: measureRequests,
  throughput: measureThroughput,
  'live-runs': measureLiveRuns,
  context: measureContext,
  lists: measureLists,
  cost: measureCost,
  recovery: measureRecovery,
  replay: measureReplay,
  'start-up': measureStartUp,
  lambdas: measureLambdaBundles,
  web: measureWebClient,
};

const help = `npm run bench                            all measures
npm run bench -- --only <name>,<name>    some of: ${Object.keys(measures).join(', ')}
npm run bench -- --json <file>           where to write the figures (default: bench/results/<date>.json)`;

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, json: { type: 'string' }, help: { type: 'boolean' } },
});

async function main(): Promise<void> {
  if (options.help) return console.log(help);
  const wanted = options.only?.split(',') ?? Object.keys(measures);
  const unknown = wanted.filter((name) => !measures[name]);
  if (unknown.length > 0) throw new Error(`There is no measure ${unknown.join(', ')}.\n\n${help}`);

  const startedAt = new Date();
  const sections: Section[] = [];
  for (const name of wanted) {
    const startedMs = performance.now();
    process.stderr.write(`measuring ${name} … `);
    try {
      const section = await measures[name]?.();
      if (section) sections.push(section);
      process.stderr.write(`${((performance.now() - startedMs) / 1000).toFixed(0)} s\n`);
    } catch (error) {
      // What else was measured is worth its time.
      process.exitCode = 1;
      process.stderr.write(
        `failed: ${(error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, 2_000)}\n`,
      );
    }
  }
  const machine = describeMachine();
  console.log(`${startedAt.toISOString()}  ${machine.commit}  ${machine.cpu} × ${machine.cores}, Node ${machine.node}`);
  console.log(tableText(sections));
  const file =
    options.json ?? join(import.meta.dirname, 'results', `${startedAt.toISOString().replaceAll(':', '-')}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ startedAt, machine, sections }, null, 2)}\n`);
}

function describeMachine() {
  const [cpu] = cpus();
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  return { commit, cpu: cpu?.model ?? 'unknown', cores: cpus().length, memoryGiB, node: process.versions.node };
}

await main();
process.exit();

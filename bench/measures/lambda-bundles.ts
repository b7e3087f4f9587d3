import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sampleEnv } from '../../core/ports/samples.contract.ts';
import { bundle, codeAtStart, type EntryName } from '../../infra/bundle.ts';
import type { Figure, Section } from '../report.ts';
import { median } from '../statistics.ts';

const lambdas = ['api', 'socket', 'sweep', 'dead-letters'] as const satisfies readonly EntryName[];
const samples = 10;

/** What every function reads from its environment; nothing is connected to at the start. */
const environment = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  ...sampleEnv,
  VAULT_KEY_FILE: '/nowhere',
};

/** How large the functions are that are uploaded, and how long a new instance of one needs before it can serve. */
export async function measureLambdaBundles(): Promise<Section> {
  const bareMs = median(repeat(() => initMs('')));
  return {
    title: 'Lambda functions (the AWS SDK comes with the runtime and is not in the bundles)',
    figures: lambdas.flatMap((name) => figuresOf(name, bareMs)),
  };
}

function figuresOf(name: (typeof lambdas)[number], bareMs: number): Figure[] {
  const directory = bundle(name);
  const file = join(directory, 'index.mjs');
  return [
    {
      name: `${name}: code that it starts with`,
      value: codeAtStart(name, directory).length / 1000,
      unit: 'kB',
      ...(name === 'api' && { target: { atMost: 300 } }),
    },
    {
      name: `${name}: from start to ready, over a bare Node`,
      value: median(repeat(() => initMs(`await import(${JSON.stringify(pathToFileURL(file).href)});`))) - bareMs,
      unit: 'ms',
    },
  ];
}

const repeat = (measure: () => number): number[] => Array.from({ length: samples }, measure);

/** The age of a fresh process when it has run this code. */
function initMs(code: string): number {
  const program = `${code}process.stdout.write(String(performance.now()));process.exit()`;
  const argv = ['--input-type=module', '--eval', program];
  return Number(execFileSync(process.execPath, argv, { env: environment, encoding: 'utf8' }));
}

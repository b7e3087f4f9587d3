// `npm start`: the whole platform on one machine.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chooseModel } from './choose-model.ts';
import { type Stack, startStack } from './stack.ts';
import { openState, resetState, StartError } from './state.ts';
import { buildWeb, webFolder } from './web/build-web.ts';

const help = `Troupe on one machine

  npm start                        start everything and print the address
  npm start -- --port 9000         take the ports 9000 to 9006 (default: 8400 to 8406)
  npm start -- --state <folder>    keep everything there (default: .troupe)
  npm start -- --reset             delete what was kept, then start
  npm start -- --workers 3         how many agent workers (default: 1)
  npm start -- --help

Environment
  OPENAI_API_KEY, OPENAI_BASE_URL  talk to OpenAI, or to a server that speaks its Responses API
  OLLAMA_BASE_URL                  an Ollama elsewhere than on this machine
  DEFAULT_MODEL                    provider/model for agents that name none
  SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_JWT_SECRET
                                   a Supabase project with our migrations instead of the one on this machine
  AUTH_PROVIDERS                   ways to sign in that this project has beside e-mail: github,google,gitlab
`;

function readArguments() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '8400' },
        state: { type: 'string', default: '.troupe' },
        workers: { type: 'string', default: '1' },
        reset: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    throw new StartError(`${cause instanceof Error ? cause.message : cause}\n\n${help}`, { cause });
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new StartError(`--${name} must be a whole number from ${least} to ${most}, not "${text}".`);
}

function hostedSupabase(env: NodeJS.ProcessEnv) {
  const { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: publishableKey, SUPABASE_JWT_SECRET: jwtSecret } = env;
  if (!url) return undefined;
  if (!publishableKey || !jwtSecret) {
    throw new StartError('SUPABASE_URL is set, so SUPABASE_PUBLISHABLE_KEY and SUPABASE_JWT_SECRET must be set too.');
  }
  return { url, publishableKey, jwtSecret };
}

async function main(): Promise<void> {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 24) {
    throw new StartError(
      `This is Node ${process.versions.node}. Start with "npm start", which brings its own Node 24.`,
    );
  }
  const options = readArguments();
  if (options.help) {
    console.log(help);
    return;
  }
  const port = wholeNumber('port', options.port, 1024, 65_529);
  const workers = wholeNumber('workers', options.workers, 0, 20);
  const folder = resolve(options.state);
  if (options.reset) resetState(folder);

  const startedMs = performance.now();
  const progress = (part: string) =>
    console.log(`  ✓ ${part.padEnd(12)} ${((performance.now() - startedMs) / 1000).toFixed(1).padStart(5)} s`);
  const state = openState(folder);
  process.on('exit', state.release);
  // Until everything is up, leaving is enough: each part ends when it has nobody to report to.
  const leave = () => process.exit(130);
  for (const signal of stopSignals) process.once(signal, leave);
  const supabase = hostedSupabase(process.env);
  const model = await chooseModel(process.env);
  console.log('Starting Troupe …');
  const [stack] = await Promise.all([
    startStack({
      folder,
      keys: state.keys,
      port,
      workers,
      webFolder,
      workerEnv: { ...model.env, DEFAULT_MODEL: model.defaultModel },
      ...(supabase && { supabase, authProviders: (process.env['AUTH_PROVIDERS'] ?? '').split(',').filter(Boolean) }),
      onReady: progress,
      onPartEnded: (part, how) =>
        console.error(`\n${part} has ended (${how}). See ${folder}/logs/${part}.log; press Ctrl+C and start again.`),
    }),
    buildWeb().then((result) => progress(`web client${result === 'unchanged' ? '' : ' (built)'}`)),
  ]);
  for (const signal of stopSignals) process.off(signal, leave);
  stopOnSignal(stack);
  console.log(
    `\nTroupe runs at  ${stack.url}\nModel           ${model.note}\nMail            ${stack.mailbox.url}\nLogs            ${folder}/logs\nStop            Ctrl+C\n`,
  );
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function stopOnSignal(stack: Stack): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping …');
    stack
      .stop()
      .then(() => process.exit(0))
      .catch((error: unknown) => {
        console.error(error);
        process.exit(1);
      });
  };
  for (const signal of stopSignals) process.on(signal, stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof StartError ? `\n${error.message}` : error);
  process.exit(1);
});

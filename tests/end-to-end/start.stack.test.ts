import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../local/main.ts', import.meta.url));

let state: string;
let started: ChildProcess[] = [];

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'troupe-start-'));
});
afterEach(async () => {
  await Promise.all(
    started.map((child) => (child.exitCode === null ? once(child.kill('SIGKILL') ? child : child, 'exit') : undefined)),
  );
  started = [];
  rmSync(state, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly exited: Promise<number | null>;
  readonly ready: Promise<string>;
}

function start(args: readonly string[], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [main, '--state', state, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let text = '';
  const ready = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        const url = /Troupe runs at\s+(\S+)/.exec(text)?.[1];
        if (url) resolve(url);
      });
    }
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return { child, said: () => text, exited, ready };
}

/** What the example of docs/api.md prints. */
async function runExample(url: string): Promise<string> {
  const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    env: { PATH: process.env['PATH'], TROUPE_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  await once(child, 'close');
  return text;
}

/** Five free ports in a row. */
async function freePorts(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 30_000);
    const servers = await Promise.all([0, 1, 2, 3, 4].map((offset) => listen(port + offset)));
    await Promise.all(servers.map((server) => server && new Promise((resolve) => server.close(resolve))));
    if (servers.every((server) => server !== undefined)) return port;
  }
}

function listen(port: number) {
  return new Promise<ReturnType<typeof createTcpServer> | undefined>((resolve) => {
    const server = createTcpServer().once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

describe('npm start', () => {
  it('brings up one address with the web client, and leaves no process behind', async () => {
    const port = await freePorts();
    const first = start(['--port', String(port)]);
    const url = await first.ready;

    const page = await fetch(url);
    const deepLink = await fetch(`${url}/t/thr_01jd0000000000000000000000`);
    const config = await (await fetch(`${url}/config.json`)).json();
    const health = await (await fetch(`${url}/health/detailed`)).json();
    const example = await runExample(url);
    const second = start(['--port', String(port + 10)]);
    const refusal = await second.exited;
    first.child.kill('SIGINT');
    await first.exited;

    expect(await page.text()).toContain('<div id="root">');
    expect(deepLink.status).toBe(200);
    expect(config).toMatchObject({ apiUrl: '', socketUrl: `ws://127.0.0.1:${port}/socket`, stage: 'local' });
    expect(health).toMatchObject({ status: 'ok' });
    expect(example).toMatch(/The tool says: .*Asia\/Tokyo[\s\S]*run_\w+ has ended\.\n$/);
    expect(first.said()).toContain('demo/scripted: a script, not an AI');
    expect(refusal).toBe(1);
    expect(second.said()).toContain('Troupe already runs on');
    for (const offset of [0, 1, 2, 3, 4]) {
      const server = await listen(port + offset);
      expect(server, `port ${port + offset} is free again`).toBeDefined();
      await new Promise((resolve) => server?.close(resolve));
    }
  });

  it('explains itself', async () => {
    const help = start(['--help']);
    const typo = start(['--prot', '1']);

    expect(await help.exited).toBe(0);
    expect(help.said()).toContain('npm start -- --reset');
    expect(await typo.exited).toBe(1);
    expect(typo.said()).toContain("Unknown option '--prot'");
  });

  it('names the port that is busy, and another that may be free', async () => {
    const port = await freePorts();
    const busy = await listen(port + 3);

    const refused = start(['--port', String(port)]);

    expect(await refused.exited).toBe(1);
    expect(refused.said()).toContain(`Port ${port + 3} (for dynamodb) is used by another program`);
    expect(refused.said()).toContain('--port');
    await new Promise((resolve) => busy?.close(resolve));
  });

  it('deletes what was kept when it is told to, and no folder that is not its own', async () => {
    writeFileSync(join(state, 'holiday.txt'), 'a picture');

    const refused = start(['--reset']);
    const code = await refused.exited;
    writeFileSync(join(state, 'keys.json'), JSON.stringify({ stateVersion: 99 }));
    const reset = start(['--reset'], { DEFAULT_MODEL: 'openai/gpt-5-mini' });
    await reset.exited;

    expect(code).toBe(1);
    expect(refused.said()).toContain('is not a state folder of Troupe');
    expect(reset.said()).toContain('OPENAI_API_KEY is not set');
    expect(existsSync(join(state, 'holiday.txt'))).toBe(false);
  });

  it.each([
    ['18.20.0', '../../local/ensure-install.cjs', 'Troupe needs Node 20 or newer'],
    ['20.1.0', '../../local/main.ts', 'Start with "npm start", which brings its own Node 24'],
  ])('tells a Node %s what to do, in %s', async (version, file, message) => {
    const pretend = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`;
    const entry = fileURLToPath(new URL(file, import.meta.url));
    const child = spawn(process.execPath, ['--import', `data:text/javascript,${pretend}`, entry], { stdio: 'pipe' });
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });

    const [code] = await once(child, 'close');

    expect(code).toBe(1);
    expect(text).toContain(message);
  });

  it('refuses a state folder of another version, and says how to go on', async () => {
    writeFileSync(join(state, 'keys.json'), JSON.stringify({ stateVersion: 99 }));

    const refused = start([]);

    expect(await refused.exited).toBe(1);
    expect(refused.said()).toContain('was written by another version of Troupe');
    expect(refused.said()).toContain('--reset');
  });

  it('says which key is missing or refused before anything starts', async () => {
    const server = createServer((_request, response) => response.writeHead(401).end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;

    const missing = start([], { DEFAULT_MODEL: 'openai/gpt-5-mini' });
    const refused = start(['--state', `${state}-2`], { OPENAI_API_KEY: 'sk-wrong', OPENAI_BASE_URL: baseUrl });

    expect(await missing.exited).toBe(1);
    expect(missing.said()).toContain('OPENAI_API_KEY is not set');
    expect(await refused.exited).toBe(1);
    expect(refused.said()).toContain('refuses OPENAI_API_KEY (HTTP 401)');
    rmSync(`${state}-2`, { recursive: true, force: true });
    await new Promise((resolve) => server.close(resolve));
  });
});

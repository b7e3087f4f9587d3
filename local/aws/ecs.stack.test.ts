import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEcs, type Ecs, type EcsOptions } from './ecs.ts';

/** A container that says its arguments and environment, and then does what MODE says. */
const container = `
const { MODE } = process.env;
const stay = setInterval(() => {}, 1000);
process.on('SIGTERM', () => {
  console.log('got SIGTERM');
  if (MODE !== 'stubborn') clearInterval(stay);
});
console.log(JSON.stringify({ argv: process.argv.slice(2), env: process.env }));
if (MODE === 'crash') process.exit(3);
`;

let folder: string;
let entryPoint: string;
let ecs: Ecs;
let client: ECSClient;
let lines: string[];
let waiting: ((line: string) => void)[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecs-'));
  entryPoint = join(folder, 'container.mjs');
  await writeFile(entryPoint, container);
});

afterAll(() => rm(folder, { recursive: true }));

beforeEach(() => {
  lines = [];
  waiting = [];
});

afterEach(async () => {
  client?.destroy();
  await ecs?.close();
});

async function start(options: Partial<EcsOptions> = {}): Promise<void> {
  const definition = { containerName: 'main', entryPoint, stopTimeoutMs: 5_000 };
  ecs = await createEcs({
    port: 0,
    taskDefinitions: [
      { ...definition, family: 'agent', environment: { MODE: 'stay' } },
      { ...definition, family: 'stubborn', environment: { MODE: 'stubborn' }, stopTimeoutMs: 20 },
      { ...definition, family: 'crash', environment: { MODE: 'crash' } },
    ],
    onLine: ({ text }) => {
      const waiter = waiting.shift();
      if (waiter) waiter(text);
      else lines.push(text);
    },
    restartDelaysMs: [0],
    ...options,
  });
  client = new ECSClient({
    endpoint: ecs.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}

async function nextLine(): Promise<string> {
  return lines.shift() ?? new Promise((resolve) => waiting.push(resolve));
}

async function run(
  taskDefinition: string,
  more: Partial<ConstructorParameters<typeof RunTaskCommand>[0]> = {},
): Promise<string> {
  const { tasks } = await client.send(new RunTaskCommand({ taskDefinition, ...more }));
  return tasks?.[0]?.taskArn ?? '';
}

async function describeTask(taskArn: string) {
  return client.send(new DescribeTasksCommand({ tasks: [taskArn] }));
}

describe('RunTask', () => {
  it('starts the container with its environment, the overrides and nothing of this process', async () => {
    await start();
    const environment = [{ name: 'SESSION', value: 's1' }];

    const arn = await run('agent:3', {
      overrides: { containerOverrides: [{ name: 'main', environment, command: ['--once'] }] },
    });
    const said = JSON.parse(await nextLine());
    const { tasks } = await describeTask(arn);

    expect(said).toMatchObject({ argv: ['--once'], env: { MODE: 'stay', SESSION: 's1' } });
    expect(said.env).not.toHaveProperty('VITEST');
    expect(tasks?.[0]).toMatchObject({
      taskArn: arn,
      lastStatus: 'RUNNING',
      desiredStatus: 'RUNNING',
      group: 'family:agent',
    });
    expect(tasks?.[0]?.createdAt).toBeInstanceOf(Date);
  });

  it('starts nothing twice for one client token and refuses it for something else', async () => {
    await start();

    const arns = [await run('agent', { clientToken: 'once' }), await run('agent', { clientToken: 'once' })];

    expect(arns[0]).toBe(arns[1]);
    expect(ecs.tasks()).toHaveLength(1);
    await expect(run('stubborn', { clientToken: 'once' })).rejects.toMatchObject({ name: 'ConflictException' });
  });

  it('refuses unknown task definitions and containers', async () => {
    await start();

    await expect(run('nothing')).rejects.toMatchObject({
      name: 'ClientException',
      message: 'TaskDefinition not found.',
    });
    const overrides = { containerOverrides: [{ name: 'other' }] };
    await expect(run('agent', { overrides })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('shows how a container ended', async () => {
    await start();

    const arn = await run('crash');
    await ecs.taskEnded(arn);
    const { tasks } = await describeTask(arn);

    expect(tasks?.[0]).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      containers: [{ exitCode: 3 }],
    });
  });
});

describe('StopTask', () => {
  it('sends SIGTERM and lets the container end by itself', async () => {
    await start();
    const arn = await run('agent', { startedBy: 'session-1' });
    await nextLine();

    const { task } = await client.send(new StopTaskCommand({ task: arn, reason: 'enough' }));
    await ecs.taskEnded(arn);
    const { tasks } = await describeTask(arn);
    const { taskArns } = await client.send(new ListTasksCommand({ startedBy: 'session-1', desiredStatus: 'STOPPED' }));

    expect(task?.desiredStatus).toBe('STOPPED');
    expect(await nextLine()).toBe('got SIGTERM');
    expect(tasks?.[0]).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
      containers: [{ exitCode: 0 }],
    });
    expect(taskArns).toEqual([arn]);
  });

  it('kills a container that does not end in its stop time-out', async () => {
    await start();
    const arn = await run('stubborn');
    await nextLine();

    await client.send(new StopTaskCommand({ task: arn }));
    await ecs.taskEnded(arn);

    expect(ecs.tasks()[0]?.exitCode).toBe(137);
  });

  it('does not know what does not exist', async () => {
    await start();

    await expect(client.send(new StopTaskCommand({ task: 'x' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    const { tasks, failures } = await describeTask('x');
    expect(tasks).toEqual([]);
    expect(failures).toMatchObject([{ arn: expect.stringMatching(/task\/local\/x$/), reason: 'MISSING' }]);
  });
});

describe('a service', () => {
  const services = [{ name: 'agents', taskDefinition: 'agent', desiredCount: 1 }];

  it('replaces a task that was killed', async () => {
    await start({ services });
    const first = JSON.parse(await nextLine());
    const [task] = ecs.tasks();

    ecs.killTask(task?.taskArn ?? '', 'SIGKILL');
    const second = JSON.parse(await nextLine());

    expect(second.env.MODE).toBe('stay');
    expect(second.env.ECS_CONTAINER_METADATA_URI_V4).not.toBe(first.env.ECS_CONTAINER_METADATA_URI_V4);
    expect(ecs.tasks().map(({ exitCode }) => exitCode)).toEqual([137, undefined]);
  });

  it('scales out and in, and spares a protected task', async () => {
    await start({ services });
    const { env } = JSON.parse(await nextLine());
    const state = `${env.ECS_AGENT_URI}/task-protection/v1/state`;
    const running = () => ecs.tasks().filter(({ lastStatus }) => lastStatus === 'RUNNING').length;

    const answer = await fetch(state, { method: 'PUT', body: '{"ProtectionEnabled":true}' });
    await ecs.setDesiredCount('agents', 2);
    const afterOut = running();
    await ecs.setDesiredCount('agents', 0);
    const afterIn = running();
    const [spared] = ecs.tasks().filter(({ lastStatus }) => lastStatus === 'RUNNING');
    await fetch(state, { method: 'PUT', body: '{"ProtectionEnabled":false}' });
    await ecs.taskEnded(spared?.taskArn ?? '');

    expect(await answer.json()).toMatchObject({ protection: { ProtectionEnabled: true } });
    expect([afterOut, afterIn, running()]).toEqual([2, 1, 0]);
  });

  it('tells its tasks who they are', async () => {
    await start({ services });
    const { env } = JSON.parse(await nextLine());

    const task = await (await fetch(`${env.ECS_CONTAINER_METADATA_URI_V4}/task`)).json();
    const main = await (await fetch(env.ECS_CONTAINER_METADATA_URI_V4)).json();

    expect(task).toMatchObject({ Cluster: 'local', Family: 'agent', TaskARN: ecs.tasks()[0]?.taskArn });
    expect(main).toMatchObject({ Name: 'main', KnownStatus: 'RUNNING' });
  });
});

describe('a container', () => {
  it('ends when the process that started it is killed', async () => {
    await start();
    const module = fileURLToPath(new URL('./ecs.ts', import.meta.url));
    const source = `
      import { createEcs } from ${JSON.stringify(module)};
      const definition = { family: 'agent', containerName: 'main', entryPoint: ${JSON.stringify(entryPoint)}, environment: { MODE: 'stubborn' }, stopTimeoutMs: 20 };
      const services = [{ name: 'agents', taskDefinition: 'agent', desiredCount: 1 }];
      const ecs = await createEcs({ port: 0, taskDefinitions: [definition], services, onLine: () => console.log(ecs.tasks()[0].pid) });
    `;
    const parentFile = join(folder, 'parent.mjs');
    await writeFile(parentFile, source);
    const parent = spawn(process.execPath, [parentFile], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [pid] = await once(createInterface({ input: parent.stdout }), 'line');

    parent.kill('SIGKILL');

    await expect.poll(() => isAlive(Number(pid)), { timeout: 10_000 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

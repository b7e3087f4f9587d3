// ECS on one machine: services and tasks as child processes, the ECS API and the task metadata endpoint on one port.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { callEcs, type EcsApi, EcsError } from './ecs-api.ts';
import { containerMetadata, taskArn, taskIdOf, taskMetadata } from './ecs-description.ts';
import { type EcsService, restartDelaysMs, ServiceScheduler } from './ecs-service.ts';
import { type ContainerLine, Task, type TaskDefinition, type TaskRequest } from './ecs-task.ts';
import { refuseBrowsers } from './loopback.ts';

export interface EcsOptions {
  /** 0 chooses a free one. */
  port: number;
  cluster?: string;
  taskDefinitions: readonly TaskDefinition[];
  services?: readonly EcsService[];
  /** Variables of this process that containers get; an image would bring its own. */
  inheritEnvironment?: readonly string[];
  onLine?(line: ContainerLine): void;
  restartDelaysMs?: readonly number[];
}

export interface TaskView {
  taskArn: string;
  family: string;
  group: string;
  pid: number | undefined;
  lastStatus: string;
  exitCode: number | undefined;
}

export interface Ecs {
  /** The endpoint for `@aws-sdk/client-ecs`. */
  url: string;
  tasks(): TaskView[];
  /** Resolves when a task has ended. */
  taskEnded(taskArn: string): Promise<void>;
  setDesiredCount(service: string, desiredCount: number): Promise<void>;
  /** For fault tests: a service replaces the task, after its back-off. */
  killTask(taskArn: string, signal: NodeJS.Signals): void;
  /** Stops every task as a deploy would (SIGTERM, then SIGKILL) and frees the port. */
  close(): Promise<void>;
}

/** ECS shows stopped tasks for about an hour ("ListTasks"). */
const showStoppedMs = 3_600_000;
const defaultInherited = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot', 'NODE_EXTRA_CA_CERTS'];

/** Starts the API and then the services. */
export async function createEcs(options: EcsOptions): Promise<Ecs> {
  const cluster = options.cluster ?? 'local';
  const tasks = new Map<string, Task>();
  const inherited = (options.inheritEnvironment ?? defaultInherited).map((name) => [name, process.env[name]] as const);
  const services = new Map<string, ServiceScheduler>();
  let url = '';

  const startTask = (request: TaskRequest): Task => {
    for (const [id, { ended }] of tasks) if (ended && ended.at < Date.now() - showStoppedMs) tasks.delete(id);
    const environment = (taskId: string) => ({
      ...Object.fromEntries(inherited.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
      ECS_CONTAINER_METADATA_URI_V4: `${url}/v4/${taskId}`,
      ECS_AGENT_URI: `${url}/api/${taskId}`,
    });
    const task = new Task(request, environment, options.onLine ?? (() => {}));
    tasks.set(task.id, task);
    return task;
  };
  const definitions = new Map(options.taskDefinitions.map((definition) => [definition.family, definition]));
  const api: EcsApi = { cluster, definitions, tasks, started: new Map(), startTask };
  const lookAfterServices = () => Promise.all([...services.values()].map((service) => service.scale()));
  const server = createServer((request, response) => {
    answer(api, request, lookAfterServices)
      .then(({ statusCode, body }) => reply(response, statusCode, body))
      .catch((error: unknown) => reply(response, 400, errorBody(error)));
  });
  refuseBrowsers(server);
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  for (const service of options.services ?? []) {
    const definition = definitions.get(service.taskDefinition);
    if (!definition) throw new Error(`service ${service.name}: there is no task definition ${service.taskDefinition}`);
    const request = {
      definition,
      environment: {},
      command: definition.command ?? [],
      group: `service:${service.name}`,
    };
    const start = () => startTask({ ...request, startedBy: `ecs-svc/${service.name}` });
    services.set(service.name, new ServiceScheduler(service, start, options.restartDelaysMs ?? restartDelaysMs));
  }
  await lookAfterServices();

  return {
    url,
    tasks: () => [...tasks.values()].map((task) => view(cluster, task)),
    taskEnded: async (arn) => void (await tasks.get(taskIdOf(arn))?.exited),
    setDesiredCount: async (name, desiredCount) => {
      const service = services.get(name);
      if (!service) throw new Error(`there is no service ${name}`);
      await service.scale(desiredCount);
    },
    killTask: (arn, signal) => tasks.get(taskIdOf(arn))?.kill(signal),
    close: async () => {
      await Promise.all([...services.values()].map((service) => service.close()));
      await Promise.all([...tasks.values()].map((task) => task.stop('UserInitiated', 'The cluster is closing')));
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Answer {
  statusCode: number;
  body: object;
}

const Protection = z.object({
  ProtectionEnabled: z.boolean(),
  ExpiresInMinutes: z.int().min(1).max(2_880).default(120),
});

async function answer(api: EcsApi, request: IncomingMessage, onUnprotected: () => Promise<unknown>): Promise<Answer> {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    return { statusCode: 200, body: callEcs(api, target.split('.').at(-1) ?? '', await json(request)) };
  }
  const [, kind, taskId = '', ...rest] = (request.url ?? '').split('/');
  const task = api.tasks.get(taskId);
  const resource = `${request.method} ${kind}/${rest.join('/')}`;
  if (!task) return { statusCode: 404, body: { message: 'not found' } };
  switch (resource) {
    case 'GET v4/':
      return { statusCode: 200, body: containerMetadata(api.cluster, task) };
    case 'GET v4/task':
      return { statusCode: 200, body: taskMetadata(api.cluster, task) };
    case 'PUT api/task-protection/v1/state': {
      const { ProtectionEnabled, ExpiresInMinutes } = Protection.parse(await json(request));
      task.protectedUntil = ProtectionEnabled ? Date.now() + ExpiresInMinutes * 60_000 : 0;
      if (!ProtectionEnabled) void onUnprotected();
      return { statusCode: 200, body: protection(api.cluster, task) };
    }
    case 'GET api/task-protection/v1/state':
      return { statusCode: 200, body: protection(api.cluster, task) };
    default:
      return { statusCode: 404, body: { message: 'not found' } };
  }
}

/** ECS developer guide, "Amazon ECS task scale-in protection endpoint". */
function protection(cluster: string, task: Task): object {
  const enabled = task.protectedUntil > Date.now();
  const expiry = enabled ? { ExpirationDate: new Date(task.protectedUntil).toISOString() } : {};
  return { protection: { ProtectionEnabled: enabled, TaskArn: taskArn(cluster, task.id), ...expiry } };
}

function errorBody(error: unknown): object {
  if (error instanceof EcsError) return { __type: error.name, message: error.message };
  const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  return { __type: 'InvalidParameterException', message };
}

function reply(response: ServerResponse, statusCode: number, body: object): void {
  response.writeHead(statusCode, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}

function view(cluster: string, task: Task): TaskView {
  const { definition, group } = task.request;
  return {
    taskArn: taskArn(cluster, task.id),
    family: definition.family,
    group,
    pid: task.pid,
    lastStatus: task.lastStatus,
    exitCode: task.ended?.exitCode,
  };
}

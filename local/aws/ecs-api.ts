// The operations of the ECS API that the platform calls, in AWS JSON 1.1 (ECS API reference).
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { describeTask, taskArn, taskIdOf } from './ecs-description.ts';
import type { Task, TaskDefinition, TaskRequest } from './ecs-task.ts';

const ContainerOverride = z.looseObject({
  name: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.array(z.object({ name: z.string(), value: z.string().default('') })).default([]),
});

const RunTask = z.looseObject({
  cluster: z.string().optional(),
  taskDefinition: z.string(),
  count: z.int().min(1).max(10).default(1),
  clientToken: z.string().max(64).optional(),
  startedBy: z.string().max(128).optional(),
  group: z.string().optional(),
  tags: z.unknown().optional(),
  overrides: z.looseObject({ containerOverrides: z.array(ContainerOverride).default([]) }).optional(),
});
const StopTask = z.looseObject({ task: z.string(), reason: z.string().default('') });
const DescribeTasks = z.looseObject({ tasks: z.array(z.string()).min(1).max(100) });
const ListTasks = z.looseObject({
  serviceName: z.string().optional(),
  family: z.string().optional(),
  startedBy: z.string().optional(),
  desiredStatus: z.enum(['RUNNING', 'PENDING', 'STOPPED']).default('RUNNING'),
});

/** An error of the API, by its name. */
export class EcsError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export interface EcsApi {
  cluster: string;
  definitions: ReadonlyMap<string, TaskDefinition>;
  tasks: ReadonlyMap<string, Task>;
  /** RunTask calls by client token: the same token starts nothing twice. */
  started: Map<string, { input: unknown; taskIds: string[] }>;
  startTask(request: TaskRequest): Task;
}

/** Runs one operation; throws EcsError or ZodError for what the service would refuse. */
export function callEcs(api: EcsApi, operation: string, input: unknown): object {
  switch (operation) {
    case 'RunTask':
      return runTask(api, RunTask.parse(input));
    case 'StopTask':
      return stopTask(api, StopTask.parse(input));
    case 'DescribeTasks':
      return describeTasks(api, DescribeTasks.parse(input).tasks);
    case 'ListTasks':
      return listTasks(api, ListTasks.parse(input));
    default:
      throw new EcsError('UnsupportedFeatureException', `${operation} is not there on one machine`);
  }
}

function runTask(api: EcsApi, input: z.infer<typeof RunTask>): object {
  const earlier = input.clientToken === undefined ? undefined : api.started.get(input.clientToken);
  if (earlier && !isDeepStrictEqual(earlier.input, input)) {
    throw new EcsError('ConflictException', 'The clientToken was used with other parameters.');
  }
  if (earlier) return describeTasks(api, earlier.taskIds);
  const family = taskIdOf(input.taskDefinition).replace(/:\d+$/, '');
  const definition = api.definitions.get(family);
  if (!definition) throw new EcsError('ClientException', 'TaskDefinition not found.');
  const [override, ...others] = input.overrides?.containerOverrides ?? [];
  if (others.length > 0 || (override && override.name !== definition.containerName)) {
    throw new EcsError('InvalidParameterException', 'Override for container that is not in the task definition.');
  }
  const request: TaskRequest = {
    definition,
    environment: Object.fromEntries((override?.environment ?? []).map(({ name, value }) => [name, value])),
    command: override?.command ?? definition.command ?? [],
    overrides: input.overrides,
    group: input.group ?? `family:${family}`,
    ...(input.startedBy !== undefined && { startedBy: input.startedBy }),
    tags: input.tags,
  };
  const tasks = Array.from({ length: input.count }, () => api.startTask(request));
  if (input.clientToken !== undefined)
    api.started.set(input.clientToken, { input, taskIds: tasks.map(({ id }) => id) });
  return { tasks: tasks.map((task) => describeTask(api.cluster, task)), failures: [] };
}

function stopTask(api: EcsApi, input: z.infer<typeof StopTask>): object {
  const task = api.tasks.get(taskIdOf(input.task));
  if (!task) throw new EcsError('InvalidParameterException', 'The referenced task was not found.');
  void task.stop('UserInitiated', input.reason);
  return { task: describeTask(api.cluster, task) };
}

function describeTasks(api: EcsApi, references: readonly string[]): object {
  const found = references.map((reference) => ({ reference, task: api.tasks.get(taskIdOf(reference)) }));
  const missing = found.filter(({ task }) => !task).map(({ reference }) => taskArn(api.cluster, taskIdOf(reference)));
  return {
    tasks: found.flatMap(({ task }) => (task ? [describeTask(api.cluster, task)] : [])),
    failures: missing.map((arn) => ({ arn, reason: 'MISSING' })),
  };
}

function listTasks(api: EcsApi, filter: z.infer<typeof ListTasks>): object {
  const matching = [...api.tasks.values()].filter(
    (task) =>
      task.desiredStatus === filter.desiredStatus &&
      (filter.family === undefined || task.request.definition.family === filter.family) &&
      (filter.serviceName === undefined || task.request.group === `service:${filter.serviceName}`) &&
      (filter.startedBy === undefined || task.request.startedBy === filter.startedBy),
  );
  return { taskArns: matching.map((task) => taskArn(api.cluster, task.id)) };
}

// A task as the ECS API and the task metadata endpoint describe it.
import type { Task } from './ecs-task.ts';

const accountId = '000000000000';
const arnPrefix = `arn:aws:ecs:us-east-1:${accountId}`;
/** Every task of one machine is reached here. */
const address = '127.0.0.1';

export function taskArn(cluster: string, taskId: string): string {
  return `${arnPrefix}:task/${cluster}/${taskId}`;
}

/** The id in a task's ARN, or the id itself. */
export function taskIdOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** `Task` of the ECS API (API reference, "Task"), with the times in seconds as its JSON has them. */
export function describeTask(cluster: string, task: Task): object {
  const { definition, overrides, group, startedBy, tags } = task.request;
  const { ended } = task;
  const startedAt = task.createdAt / 1_000;
  return {
    taskArn: taskArn(cluster, task.id),
    clusterArn: `${arnPrefix}:cluster/${cluster}`,
    taskDefinitionArn: `${arnPrefix}:task-definition/${definition.family}:1`,
    group,
    startedBy,
    tags: tags ?? [],
    launchType: 'FARGATE',
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    createdAt: startedAt,
    startedAt,
    ...(ended && { stoppedAt: ended.at / 1_000, stopCode: ended.stopCode, stoppedReason: ended.reason }),
    overrides: overrides ?? { containerOverrides: [] },
    attachments: [
      {
        id: task.id,
        type: 'ElasticNetworkInterface',
        status: 'ATTACHED',
        details: [{ name: 'privateIPv4Address', value: address }],
      },
    ],
    containers: [
      {
        containerArn: `${arnPrefix}:container/${cluster}/${task.id}/${definition.containerName}`,
        taskArn: taskArn(cluster, task.id),
        name: definition.containerName,
        lastStatus: task.lastStatus === 'DEACTIVATING' ? 'RUNNING' : task.lastStatus,
        networkInterfaces: [{ attachmentId: task.id, privateIpv4Address: address }],
        ...(ended && { exitCode: ended.exitCode }),
      },
    ],
  };
}

/** `${ECS_CONTAINER_METADATA_URI_V4}` (ECS developer guide, "Task metadata endpoint version 4 for Fargate"). */
export function containerMetadata(cluster: string, task: Task): object {
  const { definition } = task.request;
  return {
    DockerId: `${task.id}-1`,
    Name: definition.containerName,
    DockerName: definition.containerName,
    Image: definition.family,
    Labels: {
      'com.amazonaws.ecs.cluster': cluster,
      'com.amazonaws.ecs.container-name': definition.containerName,
      'com.amazonaws.ecs.task-arn': taskArn(cluster, task.id),
      'com.amazonaws.ecs.task-definition-family': definition.family,
      'com.amazonaws.ecs.task-definition-version': '1',
    },
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.lastStatus,
    CreatedAt: new Date(task.createdAt).toISOString(),
    StartedAt: new Date(task.createdAt).toISOString(),
    Type: 'NORMAL',
    Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: [address] }],
  };
}

/** `${ECS_CONTAINER_METADATA_URI_V4}/task`. */
export function taskMetadata(cluster: string, task: Task): object {
  return {
    Cluster: cluster,
    TaskARN: taskArn(cluster, task.id),
    Family: task.request.definition.family,
    Revision: '1',
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.lastStatus,
    LaunchType: 'FARGATE',
    AvailabilityZone: 'us-east-1a',
    Containers: [containerMetadata(cluster, task)],
  };
}

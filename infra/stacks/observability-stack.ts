import { Stack } from 'aws-cdk-lib';
import { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { createAlarms } from '../constructs/alarms.ts';
import { dashboardWidgets } from '../constructs/dashboard.ts';
import { createMetrics } from '../constructs/signals.ts';
import type { Environment } from '../environments.ts';
import type { ApiStack } from './api-stack.ts';
import type { DataStack } from './data-stack.ts';
import type { WorkerStack } from './worker-stack.ts';

export interface ObservabilityStackProps {
  readonly environment: Environment;
  readonly data: DataStack;
  readonly api: ApiStack;
  readonly worker: WorkerStack;
}

/** Who is told when something is wrong, and one page that shows what. */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    super(scope, id);
    const { environment } = props;
    const topic = new Topic(this, 'Alarms', { enforceSSL: true });
    if (environment.alarmEmail) topic.addSubscription(new EmailSubscription(environment.alarmEmail));

    const metrics = createMetrics(props);
    const alarms = createAlarms(this, environment, metrics);
    for (const alarm of alarms) {
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
    }
    new Dashboard(this, 'Dashboard', {
      dashboardName: `troupe-${environment.name}`,
      widgets: dashboardWidgets(metrics, alarms),
    });
  }
}

import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership, StorageClass } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** What either way to run the product stands on: one key, one secret, logs, backups, and somebody who is told. */
export class Foundation extends Construct {
  readonly key: Key;
  readonly secret: Secret;
  readonly logs: LogGroup;
  readonly backups: Bucket;
  readonly topic: Topic;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      enableKeyRotation: true,
      description: 'QuickCommerce: volumes, secrets, logs, backups',
    });
    const { region, account, partition } = Stack.of(this);
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
        },
      }),
    );
    this.secret = new Secret(this, 'Secrets', {
      description: 'QuickCommerce: what containers read as files, by path; made by the first host',
      encryptionKey: this.key,
      // hosts fill it; none is a string that a template could hold
      secretStringValue: undefined,
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'unused', passwordLength: 8 },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    NagSuppressions.addResourceSuppressions(this.secret, [
      {
        id: 'AwsSolutions-SMG4',
        reason:
          'Database users, signing and sealing keys are rotated together with what uses them: docs/operations.md.',
      },
    ]);
    this.logs = new LogGroup(this, 'Logs', { retention: RetentionDays.THREE_MONTHS, encryptionKey: this.key });
    this.backups = this.backupBucket();
    this.topic = new Topic(this, 'Alarms', { enforceSSL: true, masterKey: this.key });
    this.key.grant(new ServicePrincipal('cloudwatch.amazonaws.com'), 'kms:Decrypt', 'kms:GenerateDataKey*');
    if (settings.alarmEmail) this.topic.addSubscription(new EmailSubscription(settings.alarmEmail));
  }

  /** Tells the topic when a figure has stood beyond its bound for three periods, and when it is fine again. */
  alarm(id: string, metric: IMetric, bound: number, what: string, missing = TreatMissingData.BREACHING): Alarm {
    const alarm = new Alarm(this, id, {
      metric,
      threshold: bound,
      evaluationPeriods: 3,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: missing,
      alarmDescription: what,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
    return alarm;
  }

  /** What infra/host/measure.sh reports each minute; no report is an alarm. */
  watchHosts(stack: string): void {
    const measured = (metricName: string): Metric =>
      new Metric({
        namespace: 'QuickCommerce',
        metricName,
        dimensionsMap: { Stack: stack },
        statistic: 'Maximum',
        period: Duration.minutes(1),
      });
    this.alarm(
      'Disk',
      measured('DiskUsed'),
      80,
      'The database volume is filled beyond 80 %: docs/operations.md, "Disk full"',
    );
    this.alarm('Memory', measured('MemoryUsed'), 92, 'The host uses more than 92 % of its memory');
    this.alarm(
      'Unhealthy',
      measured('Unhealthy'),
      0,
      'Containers are not healthy: docs/operations.md, "A replica is down"',
    );
    this.alarm('BackupAge', measured('BackupAge'), 26, 'The last backup is older than 26 hours');
  }

  private backupBucket(): Bucket {
    const common = {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    const accessLogs = new Bucket(this, 'BackupAccessLogs', {
      ...common,
      // who writes access logs may use Amazon's own key only
      encryption: BucketEncryption.S3_MANAGED,
      encryptionKey: undefined,
      lifecycleRules: [{ expiration: Duration.days(90) }],
    });
    NagSuppressions.addResourceSuppressions(accessLogs, [
      { id: 'AwsSolutions-S1', reason: 'It holds the access logs themselves.' },
    ]);
    return new Bucket(this, 'Backups', {
      ...common,
      versioned: true,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: accessLogs,
      lifecycleRules: [
        {
          transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) }],
          expiration: Duration.days(90),
          noncurrentVersionExpiration: Duration.days(30),
        },
      ],
    });
  }
}

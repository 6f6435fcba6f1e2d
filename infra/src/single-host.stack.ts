import { CfnOutput, Duration, RemovalPolicy, Size, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnLifecyclePolicy } from 'aws-cdk-lib/aws-dlm';
import { CfnEIP, EbsDeviceVolumeType, Peer, Port, Volume } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { NagSuppressions } from 'cdk-nag';
import type { Construct } from 'constructs';
import { ComposeHost } from './compose-host.ts';
import { Foundation } from './foundation.ts';
import { frontDoor, network } from './network.ts';
import type { Settings } from './settings.ts';

/** Marks the volume for snapshots. */
const SNAPSHOT_TAG = { key: 'snapshots', value: 'quickcommerce' };
/** Snapshots kept: daily ones for two weeks, weekly ones for eight. */
const KEPT = { daily: 14, weekly: 8 };

interface SingleHostProps extends StackProps {
  readonly settings: Settings;
}

/**
 * The product on one machine, as docker-compose.yml describes it. The database lives on a volume of its own and the address is
 * its own too: a machine that is lost is replaced by itself, which takes both and comes up where the last one was.
 */
export class SingleHostStack extends Stack {
  constructor(scope: Construct, id: string, props: SingleHostProps) {
    super(scope, id, props);
    const { settings } = props;
    const base = new Foundation(this, 'Base', settings);
    const vpc = network(this, { key: base.key, privateSubnets: false });
    const securityGroup = frontDoor(this, vpc, settings);
    if (settings.sshFrom)
      securityGroup.addIngressRule(Peer.ipv4(settings.sshFrom), Port.tcp(22), 'SSH from one network');

    // a volume is in one zone, and so is its host
    const [subnet] = vpc.publicSubnets;
    const volume = new Volume(this, 'Data', {
      availabilityZone: subnet!.availabilityZone,
      size: Size.gibibytes(settings.volumeGigabytes),
      volumeType: EbsDeviceVolumeType.GP3,
      encrypted: true,
      encryptionKey: base.key,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
    Tags.of(volume).add(SNAPSHOT_TAG.key, SNAPSHOT_TAG.value);
    this.snapshots();
    const address = new CfnEIP(this, 'Address', { domain: 'vpc' });

    const host = new ComposeHost(this, 'Host', {
      settings,
      vpc,
      securityGroup,
      subnets: { subnets: [subnet!] },
      key: base.key,
      logs: base.logs,
      secret: base.secret,
      topic: base.topic,
      hosts: { min: 1, max: 1 },
      files: ['docker-compose.yml', 'infra/host/compose.aws.yml'],
      variables: {
        DATA_VOLUME: volume.volumeId,
        ADDRESS: address.attrAllocationId,
        BACKUPS: `s3://${base.backups.bucketName}/dumps`,
        SERVER_NAME: settings.siteName ?? '_',
        CLOUDFRONT_PREFIX_LIST: settings.cloudFrontPrefixList ?? '',
      },
    });
    base.backups.grantReadWrite(host.role, 'dumps/*');
    this.letAttach(host, volume, address, base);
    base.watchHosts(this.stackName);
    this.watchCredits(base, host);
    new CfnOutput(this, 'PublicAddress', { value: address.attrPublicIp });
    new CfnOutput(this, 'SecretArn', { value: base.secret.secretArn });
    new CfnOutput(this, 'BackupBucket', { value: base.backups.bucketName });
  }

  /** Data Lifecycle Manager: no job of ours has to run for there to be a snapshot. */
  private snapshots(): void {
    const role = new Role(this, 'SnapshotRole', {
      assumedBy: new ServicePrincipal('dlm.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSDataLifecycleManagerServiceRole')],
    });
    NagSuppressions.addResourceSuppressions(role, [
      { id: 'AwsSolutions-IAM4', reason: "Data Lifecycle Manager's own role, maintained by AWS." },
    ]);
    const schedule = (name: string, cronExpression: string, count: number): CfnLifecyclePolicy.ScheduleProperty => ({
      name,
      createRule: { cronExpression },
      retainRule: { count },
      copyTags: true,
    });
    new CfnLifecyclePolicy(this, 'Snapshots', {
      description: 'QuickCommerce database volume',
      state: 'ENABLED',
      executionRoleArn: role.roleArn,
      policyDetails: {
        resourceTypes: ['VOLUME'],
        targetTags: [SNAPSHOT_TAG],
        schedules: [
          schedule('daily', 'cron(15 2 * * ? *)', KEPT.daily),
          schedule('weekly', 'cron(45 2 ? * SUN *)', KEPT.weekly),
        ],
      },
    });
  }

  /** The host that takes over takes the volume and the address, and can take no other. */
  private letAttach(host: ComposeHost, volume: Volume, address: CfnEIP, { key }: Foundation): void {
    const arn = (resource: string): string => `arn:${this.partition}:ec2:${this.region}:${this.account}:${resource}`;
    const ownHosts = { StringEquals: { 'ec2:ResourceTag/stack': this.stackName } };
    Tags.of(host.group).add('stack', this.stackName);
    host.role.addToPolicy(
      new PolicyStatement({
        actions: ['ec2:AttachVolume'],
        resources: [arn(`volume/${volume.volumeId}`)],
      }),
    );
    host.role.addToPolicy(
      new PolicyStatement({
        actions: ['ec2:AssociateAddress'],
        resources: [arn(`elastic-ip/${address.attrAllocationId}`)],
      }),
    );
    host.role.addToPolicy(
      new PolicyStatement({
        actions: ['ec2:AttachVolume', 'ec2:AssociateAddress'],
        resources: [arn('instance/*')],
        conditions: ownHosts,
      }),
    );
    host.role.addToPolicy(new PolicyStatement({ actions: ['ec2:DescribeVolumes'], resources: ['*'] }));
    // an encrypted volume opens for the machine that it is attached to
    host.role.addToPolicy(
      new PolicyStatement({
        actions: ['kms:CreateGrant'],
        resources: [key.keyArn],
        conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      }),
    );
  }

  /** A t3 that has spent its credits is ten times slower, which nothing else here would say. */
  private watchCredits(base: Foundation, { group }: ComposeHost): void {
    const average = (metricName: string, period: Duration): Metric =>
      new Metric({
        namespace: 'AWS/EC2',
        metricName,
        dimensionsMap: { AutoScalingGroupName: group.autoScalingGroupName },
        statistic: 'Average',
        period,
      });
    base.alarm(
      'Processor',
      average('CPUUtilization', Duration.minutes(5)),
      70,
      'The processor is busy beyond 70 % for 15 minutes: a t3.small earns credits for 20 %. docs/operations.md, "Sizes"',
    );
  }
}

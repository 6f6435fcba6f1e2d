import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import { AutoScalingGroup, HealthChecks, ScalingEvents, Signals, UpdatePolicy } from 'aws-cdk-lib/aws-autoscaling';
import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  type ISecurityGroup,
  InstanceType,
  type IVpc,
  LaunchTemplate,
  LaunchTemplateHttpTokens,
  MachineImage,
  OperatingSystemType,
  type SubnetSelection,
  UserData,
} from 'aws-cdk-lib/aws-ec2';
import { Effect, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import { IMAGES } from './images.stack.ts';
import type { Settings } from './settings.ts';

const ROOT = join(import.meta.dirname, '../..');
const STAGE = join(ROOT, 'dist/release');
/** Canonical's own parameter: the present Ubuntu 22.04, patched. */
const UBUNTU = '/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id';
/** What a host needs of the repository: the rest comes in images. */
const RELEASE = ['docker-compose.yml', 'docker/roll.sh', 'monitoring', 'infra/host'];

export interface ComposeHostProps {
  readonly settings: Settings;
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly securityGroup: ISecurityGroup;
  /** Of volumes, secrets and logs. */
  readonly key: IKey;
  /** Where containers log. */
  readonly logs: LogGroup;
  /** Secrets by the path that containers read them at; what is made at the first start is kept there. */
  readonly secret: ISecret;
  /** Compose files, in order. */
  readonly files: readonly string[];
  /** Read by infra/host/*.sh and by compose. */
  readonly variables: Record<string, string>;
  readonly hosts: { readonly min: number; readonly max: number };
  /** Told of hosts that come and go. */
  readonly topic: ITopic;
}

/**
 * Ubuntu 22.04 machines that boot straight into the compose stack. One that is lost is replaced by itself; one that does not
 * become healthy fails the deployment, which is then rolled back.
 */
export class ComposeHost extends Construct {
  readonly group: AutoScalingGroup;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ComposeHostProps) {
    super(scope, id);
    const release = new Asset(this, 'Release', { path: stagedRelease() });
    const { settings, hosts } = props;
    // outlives hosts: an update writes it, and a host that replaces another one starts what that one ran
    const version = new StringParameter(this, 'Version', { stringValue: settings.version });
    this.role = this.roleFor(props, release);
    version.grantRead(this.role);
    version.grantWrite(this.role);
    const template = new LaunchTemplate(this, 'Template', {
      machineImage: MachineImage.fromSsmParameter(UBUNTU, { os: OperatingSystemType.LINUX }),
      instanceType: new InstanceType(settings.instanceType),
      securityGroup: props.securityGroup,
      role: this.role,
      httpTokens: LaunchTemplateHttpTokens.REQUIRED,
      // containers are one hop further away: only the host itself is to have the role
      httpPutResponseHopLimit: 1,
      detailedMonitoring: true,
      blockDevices: [
        {
          deviceName: '/dev/sda1',
          // holds no data; Amazon's own key, for a group's service may use no other by itself
          volume: BlockDeviceVolume.ebs(16, { encrypted: true, volumeType: EbsDeviceVolumeType.GP3 }),
        },
      ],
      userData: UserData.forLinux(),
    });
    this.group = new AutoScalingGroup(this, 'Group', {
      vpc: props.vpc,
      vpcSubnets: props.subnets,
      launchTemplate: template,
      minCapacity: hosts.min,
      maxCapacity: hosts.max,
      healthChecks: HealthChecks.ec2({ gracePeriod: Duration.minutes(10) }),
      notifications: [{ topic: props.topic, scalingEvents: ScalingEvents.ALL }],
      signals: Signals.waitForMinCapacity({ timeout: Duration.minutes(20) }),
      // one host holds its volume: the old one has to let go of it first
      updatePolicy: UpdatePolicy.rollingUpdate({
        maxBatchSize: 1,
        minInstancesInService: hosts.min - 1,
        waitOnResourceSignals: true,
        pauseTime: Duration.minutes(20),
      }),
    });
    template.userData!.addCommands(...this.commands(props, release, version));
  }

  /** Environment and release; everything else is in infra/host, where it can be read, linted and run by hand. */
  private commands(
    { variables, files, secret, logs }: ComposeHostProps,
    release: Asset,
    version: StringParameter,
  ): string[] {
    const { region, account, stackName } = Stack.of(this);
    const lines = Object.entries({
      AWS_DEFAULT_REGION: region,
      REGISTRY: `${account}.dkr.ecr.${region}.amazonaws.com`,
      VERSION_PARAMETER: version.parameterName,
      SECRET: secret.secretArn,
      LOG_GROUP: logs.logGroupName,
      STACK: stackName,
      RESOURCE: Stack.of(this).getLogicalId(this.group.node.defaultChild as never),
      COMPOSE_FILE: files.join(':'),
      ...variables,
    }).map(([name, value]) => `${name}='${value}'`);
    return [
      'set -eu',
      'mkdir -p /etc/quickcommerce /opt/quickcommerce',
      `cat > /etc/quickcommerce/host.env <<'END'\n${lines.join('\n')}\nEND`,
      'export DEBIAN_FRONTEND=noninteractive',
      'apt-get update -q && apt-get install -qy awscli unzip',
      `aws s3 cp ${release.s3ObjectUrl} /tmp/release.zip --region ${region}`,
      'unzip -qo /tmp/release.zip -d /opt/quickcommerce',
      'bash /opt/quickcommerce/infra/host/boot.sh',
    ];
  }

  private roleFor({ key, secret, logs }: ComposeHostProps, release: Asset): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      // Session Manager instead of SSH
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
    });
    const { region, account, partition, stackName } = Stack.of(this);
    const arn = (service: string, resource: string): string =>
      `arn:${partition}:${service}:${region}:${account}:${resource}`;
    release.grantRead(role);
    secret.grantRead(role);
    secret.grantWrite(role);
    logs.grantWrite(role);
    key.grantEncryptDecrypt(role);
    const may = (actions: string[], resources: string[], conditions?: Record<string, object>): void =>
      void role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources, conditions }));
    may(
      ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'],
      IMAGES.map((name) => arn('ecr', `repository/${name}`)),
    );
    may(['ecr:GetAuthorizationToken', 'ec2:GetManagedPrefixListEntries'], ['*']);
    may(['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': 'QuickCommerce' } });
    may(['cloudformation:SignalResource'], [arn('cloudformation', `stack/${stackName}/*`)]);
    NagSuppressions.addResourceSuppressions(
      role,
      [
        {
          id: 'AwsSolutions-IAM4',
          reason: 'AmazonSSMManagedInstanceCore is what AWS maintains for Session Manager.',
          appliesTo: ['Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore'],
        },
        {
          id: 'AwsSolutions-IAM5',
          reason:
            'A token for the registry, the entries of a prefix list and metrics have no resource of their own (metrics: one namespace); the stack by any id of its name; the rest are sub-resources of single objects.',
        },
      ],
      true,
    );
    return role;
  }
}

/** A folder with the release alone, so that its hash, and with it the host, changes only when it does. */
function stagedRelease(): string {
  rmSync(STAGE, { recursive: true, force: true });
  for (const path of RELEASE) cpSync(join(ROOT, path), join(STAGE, path), { recursive: true });
  return STAGE;
}

import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Port, SecurityGroup, SubnetType, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnReplicationGroup, CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ListenerAction,
  Protocol,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { NagSuppressions } from 'cdk-nag';
import type { Construct } from 'constructs';
import { ComposeHost } from './compose-host.ts';
import { Foundation } from './foundation.ts';
import { frontDoor, network } from './network.ts';
import type { Settings } from './settings.ts';
import { firewall } from './waf.ts';

/** Hosts at least and at most; two replicas of the API run on each. */
const HOSTS = { min: 2, max: 8 };
/** Of one host, beyond which another one is added. */
const REQUESTS_PER_MINUTE = 6000;
/** Longer than the API needs to end what it has (DRAIN_SECONDS and the work in hand). */
const DEREGISTRATION = Duration.seconds(30);
/** In a network that hosts alone reach; another port would hide nothing. */
const REDIS_PORT = 6379;
/** Where the proxy of each host listens for the load balancer. */
const PORT = 80;

interface GrowthProps extends StackProps {
  readonly settings: Settings;
}

/**
 * Several hosts behind a load balancer, Redis as a service between them, MongoDB (Atlas, or three members of one's own) by its
 * address: put it into the secret as `api/mongodb-uri` before hosts start. Hosts hold nothing: any may be lost.
 */
export class GrowthStack extends Stack {
  constructor(scope: Construct, id: string, props: GrowthProps) {
    super(scope, id, props);
    const { settings } = props;
    const base = new Foundation(this, 'Base', settings);
    const vpc = network(this, { key: base.key, privateSubnets: true });
    const balancerGroup = frontDoor(this, vpc, settings);
    const hostGroup = new SecurityGroup(this, 'Hosts', { vpc, description: 'HTTP from the load balancer' });
    hostGroup.addIngressRule(balancerGroup, Port.tcp(PORT), 'HTTP from the load balancer');
    const token = new Secret(this, 'RedisToken', {
      encryptionKey: base.key,
      generateSecretString: { excludePunctuation: true, passwordLength: 48 },
    });
    NagSuppressions.addResourceSuppressions(token, [
      {
        id: 'AwsSolutions-SMG4',
        reason: 'Rotated with the cache that takes it: docs/operations.md, "Rotate a secret".',
      },
    ]);
    const redis = this.redis(vpc, base, hostGroup, token);

    const host = new ComposeHost(this, 'Host', {
      settings,
      vpc,
      securityGroup: hostGroup,
      subnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      key: base.key,
      logs: base.logs,
      secret: base.secret,
      topic: base.topic,
      hosts: HOSTS,
      files: ['docker-compose.yml', 'infra/host/compose.aws.yml', 'infra/host/compose.growth.yml'],
      variables: {
        REDIS_ADDRESS: `${redis.attrPrimaryEndPointAddress}:${redis.attrPrimaryEndPointPort}`,
        REDIS_TOKEN: token.secretArn,
        BACKUPS: `s3://${base.backups.bucketName}/dumps`,
        SERVER_NAME: '_',
        // the load balancer, and what stands before it
        REAL_IP_FROM: vpc.vpcCidrBlock,
        CLOUDFRONT_PREFIX_LIST: settings.cloudFrontPrefixList ?? '',
      },
    });
    token.grantRead(host.role);
    base.backups.grantReadWrite(host.role, 'dumps/*');
    this.balancer(vpc, balancerGroup, host, settings);
    base.watchHosts(this.stackName);
    new CfnOutput(this, 'SecretArn', { value: base.secret.secretArn });
  }

  private redis(vpc: Vpc, base: Foundation, hosts: SecurityGroup, token: Secret): CfnReplicationGroup {
    const group = new SecurityGroup(this, 'Redis', { vpc, description: 'Redis from hosts', allowAllOutbound: false });
    group.addIngressRule(hosts, Port.tcp(REDIS_PORT), 'Redis from hosts');
    const subnets = new CfnSubnetGroup(this, 'RedisSubnets', {
      description: 'QuickCommerce Redis',
      subnetIds: vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_ISOLATED }).subnetIds,
    });
    // it carries only what may be lost: no snapshots
    const redis = new CfnReplicationGroup(this, 'RedisGroup', {
      replicationGroupDescription: 'QuickCommerce: rooms of sockets over processes',
      engine: 'redis',
      engineVersion: '7.1',
      cacheNodeType: 'cache.t4g.small',
      port: REDIS_PORT,
      numCacheClusters: 2,
      multiAzEnabled: true,
      automaticFailoverEnabled: true,
      transitEncryptionEnabled: true,
      atRestEncryptionEnabled: true,
      kmsKeyId: base.key.keyArn,
      authToken: token.secretValue.unsafeUnwrap(),
      cacheSubnetGroupName: subnets.ref,
      securityGroupIds: [group.securityGroupId],
    });
    NagSuppressions.addResourceSuppressions(redis, [
      {
        id: 'AwsSolutions-AEC5',
        reason: 'Hosts alone reach it, with a token and over TLS: another port would hide nothing.',
      },
    ]);
    return redis;
  }

  private balancer(vpc: Vpc, securityGroup: SecurityGroup, { group }: ComposeHost, settings: Settings): void {
    const balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      securityGroup,
      internetFacing: true,
      deletionProtection: true,
      dropInvalidHeaderFields: true,
      // Socket.IO says something every 25 s
      idleTimeout: Duration.seconds(75),
    });
    balancer.logAccessLogs(this.accessLogs());
    const certificates = settings.certificateArn
      ? [Certificate.fromCertificateArn(this, 'Certificate', settings.certificateArn)]
      : [];
    const listener = balancer.addListener('Visitors', {
      ...(certificates.length
        ? { port: 443, protocol: ApplicationProtocol.HTTPS, certificates, sslPolicy: SslPolicy.TLS13_RES }
        : { port: 80, protocol: ApplicationProtocol.HTTP }),
      open: false,
    });
    if (certificates.length)
      balancer.addListener('Plain', {
        port: 80,
        open: false,
        defaultAction: ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
      });
    const targets = listener.addTargets('Hosts', {
      port: PORT,
      protocol: ApplicationProtocol.HTTP,
      targets: [group],
      // a client that polls must find its host again
      stickinessCookieDuration: Duration.hours(1),
      deregistrationDelay: DEREGISTRATION,
      slowStart: Duration.seconds(30),
      healthCheck: {
        path: '/healthz',
        protocol: Protocol.HTTP,
        interval: Duration.seconds(10),
        healthyThresholdCount: 2,
      },
    });
    group.scaleOnRequestCount('Requests', { targetRequestsPerMinute: REQUESTS_PER_MINUTE });
    group.scaleOnCpuUtilization('Processor', {
      targetUtilizationPercent: 50,
      estimatedInstanceWarmup: Duration.minutes(5),
    });
    targets.setAttribute('load_balancing.algorithm.type', 'round_robin');
    const acl = firewall(this, 'REGIONAL');
    new CfnWebACLAssociation(this, 'Firewalled', { resourceArn: balancer.loadBalancerArn, webAclArn: acl.attrArn });
    new CfnOutput(this, 'BalancerName', { value: balancer.loadBalancerDnsName });
  }

  private accessLogs(): Bucket {
    const bucket = new Bucket(this, 'AccessLogs', {
      // a load balancer can write to no other
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(90) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    NagSuppressions.addResourceSuppressions(bucket, [
      { id: 'AwsSolutions-S1', reason: 'It holds the access logs themselves.' },
    ]);
    return bucket;
  }
}

import { RemovalPolicy } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { NagSuppressions } from 'cdk-nag';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** Two zones. Private subnets, with one way out each, only where hosts stand behind a load balancer. */
export function network(scope: Construct, options: { key: IKey; privateSubnets: boolean }): Vpc {
  const groups = [{ name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 24 }];
  const hidden = { name: 'hosts', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 22 };
  const isolated = { name: 'data', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 };
  const vpc = new Vpc(scope, 'Network', {
    maxAzs: 2,
    natGateways: options.privateSubnets ? 2 : 0,
    subnetConfiguration: options.privateSubnets ? [...groups, hidden, isolated] : groups,
    gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
  });
  vpc.addFlowLog('Refused', {
    trafficType: FlowLogTrafficType.REJECT,
    destination: FlowLogDestination.toCloudWatchLogs(
      new LogGroup(scope, 'FlowLog', {
        retention: RetentionDays.ONE_MONTH,
        encryptionKey: options.key,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    ),
  });
  return vpc;
}

/** What visitors reach: 80 and 443, from everywhere or from CloudFront alone. */
export function frontDoor(scope: Construct, vpc: IVpc, settings: Settings): SecurityGroup {
  const group = new SecurityGroup(scope, 'FrontDoor', {
    vpc,
    description: 'HTTP and HTTPS from visitors',
    allowAllOutbound: true,
  });
  const visitors = settings.cloudFrontPrefixList
    ? [Peer.prefixList(settings.cloudFrontPrefixList)]
    : [Peer.anyIpv4(), Peer.anyIpv6()];
  for (const visitor of visitors) {
    group.addIngressRule(visitor, Port.tcp(80), 'HTTP, which is sent on to HTTPS');
    group.addIngressRule(visitor, Port.tcp(443), 'HTTPS');
  }
  if (!settings.cloudFrontPrefixList)
    NagSuppressions.addResourceSuppressions(group, [
      { id: 'AwsSolutions-EC23', reason: 'A public shop: ports 80 and 443, and no others, are open to everybody.' },
    ]);
  return group;
}

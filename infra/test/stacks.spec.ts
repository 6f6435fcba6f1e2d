import { App, Aspects, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULTS } from '../src/settings.ts';
import { stacks } from '../src/stacks.ts';

/** Everything that can be deployed, as everything is chosen. */
const ALL = {
  originName: 'origin.shop.example',
  siteName: 'shop.example',
  edgeCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/of-the-site',
  certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/of-the-balancer',
  alarmEmail: 'nights@shop.example',
};

type Resource = { Properties: Record<string, never> };
interface Rule {
  FromPort: number;
  ToPort: number;
  CidrIp?: string;
  CidrIpv6?: string;
  SourcePrefixListId?: string;
}
interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: object;
}

function synthesised(context: Record<string, string> = {}): Record<string, Stack> {
  const app = new App({ context: { ...DEFAULTS, ...context } });
  const made = stacks(app);
  Aspects.of(app).add(new AwsSolutionsChecks());
  app.synth();
  return Object.fromEntries(made.map((stack) => [stack.node.id, stack]));
}

const template = (context: Record<string, string>, id: string): Template =>
  Template.fromStack(synthesised(context)[id]!);

/** What a template opens to whom, by port; a group of its own hosts is named as such. */
function openTo(where: Template): string[] {
  const groups = Object.values(where.findResources('AWS::EC2::SecurityGroup')) as Resource[];
  const single = Object.values(where.findResources('AWS::EC2::SecurityGroupIngress')) as Resource[];
  const rules = [
    ...groups.flatMap(({ Properties }) => (Properties['SecurityGroupIngress'] ?? []) as Rule[]),
    ...single.map(({ Properties }) => Properties as unknown as Rule),
  ];
  return rules
    .map(({ FromPort, ToPort, CidrIp, CidrIpv6, SourcePrefixListId }) => {
      expect(FromPort).toBe(ToPort);
      return `${FromPort} ${CidrIp ?? CidrIpv6 ?? SourcePrefixListId ?? 'own hosts'}`;
    })
    .toSorted();
}

describe('every stack', () => {
  let all: Record<string, Stack>;
  beforeAll(() => {
    all = synthesised(ALL);
  });

  it.each(['QuickCommerceImages', 'QuickCommerce', 'QuickCommerceGrowth', 'QuickCommerceEdge'])(
    '%s: has no finding of AwsSolutions that is not answered beside the resource',
    (id) => {
      const found = Annotations.fromStack(all[id]!).findError('*', Match.stringLikeRegexp('AwsSolutions-.*'));
      expect(found.map(({ id, entry }) => `${id} ${entry.data as string}`)).toEqual([]);
    },
  );

  it.each(['QuickCommerce', 'QuickCommerceGrowth', 'QuickCommerceEdge'])(
    '%s: no bucket is open, and none without TLS',
    (id) => {
      const where = Template.fromStack(all[id]!);
      const closed = {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      };
      where.allResourcesProperties('AWS::S3::Bucket', { PublicAccessBlockConfiguration: closed });
      const buckets = Object.keys(where.findResources('AWS::S3::Bucket')).length;
      const refusing = where.findResources('AWS::S3::BucketPolicy', {
        Properties: {
          PolicyDocument: {
            Statement: Match.arrayWith([
              Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
            ]),
          },
        },
      });
      expect(Object.keys(refusing)).toHaveLength(buckets);
    },
  );

  it.each(['QuickCommerce', 'QuickCommerceGrowth'])('%s: what may be done to everything is a short list', (id) => {
    const policies = Template.fromStack(all[id]!).findResources('AWS::IAM::Policy');
    const anything = Object.values(policies)
      .flatMap(
        ({ Properties }) => (Properties as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement,
      )
      .filter(({ Resource }) => Resource === '*')
      .flatMap(({ Action }) => Action)
      .toSorted();
    expect(anything).toEqual(
      [
        'cloudwatch:PutMetricData',
        ...(id === 'QuickCommerce' ? ['ec2:DescribeVolumes'] : []),
        'ec2:GetManagedPrefixListEntries',
        'ecr:GetAuthorizationToken',
      ].toSorted(),
    );
  });

  it.each(['QuickCommerce', 'QuickCommerceGrowth'])(
    '%s: hosts have encrypted disks, no open metadata, and no secret in what starts them',
    (id) => {
      const where = Template.fromStack(all[id]!);
      where.hasResourceProperties('AWS::EC2::LaunchTemplate', {
        LaunchTemplateData: {
          InstanceType: 't3.small',
          MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
          BlockDeviceMappings: [Match.objectLike({ Ebs: Match.objectLike({ Encrypted: true, VolumeType: 'gp3' }) })],
        },
      });
      const [started] = Object.values(where.findResources('AWS::EC2::LaunchTemplate'));
      const text = JSON.stringify(started);
      expect(text).toContain('infra/host/boot.sh');
      expect(text).not.toMatch(/resolve:secretsmanager|mongodb:\/\/|rediss?:\/\//);
    },
  );
});

describe('one host', () => {
  it('is open on 80 and 443, and on nothing else', () => {
    const open = openTo(template({}, 'QuickCommerce'));
    expect(open).toEqual(['443 0.0.0.0/0', '443 ::/0', '80 0.0.0.0/0', '80 ::/0']);
  });

  it('lets one network use SSH when told so', () => {
    const open = openTo(template({ sshFrom: '198.51.100.7/32' }, 'QuickCommerce'));
    expect(open.filter((one) => one.startsWith('22 '))).toEqual(['22 198.51.100.7/32']);
  });

  it('is open to CloudFront alone when it stands behind it', () => {
    const open = openTo(template({ cloudFrontPrefixList: 'pl-a3a144ca' }, 'QuickCommerce'));
    expect(open).toEqual(['443 pl-a3a144ca', '80 pl-a3a144ca']);
  });

  it('is replaced when it is lost, and takes the volume and the address with it', () => {
    const where = template({}, 'QuickCommerce');
    where.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', { MinSize: '1', MaxSize: '1' });
    where.hasResource('AWS::AutoScaling::AutoScalingGroup', {
      CreationPolicy: { ResourceSignal: { Count: 1, Timeout: 'PT20M' } },
      UpdatePolicy: {
        AutoScalingRollingUpdate: Match.objectLike({ MinInstancesInService: 0, WaitOnResourceSignals: true }),
      },
    });
    where.hasResource('AWS::EC2::Volume', {
      Properties: { Encrypted: true, KmsKeyId: Match.anyValue(), Size: 30 },
      DeletionPolicy: 'Snapshot',
      UpdateReplacePolicy: 'Snapshot',
    });
    where.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['ec2:AssociateAddress', 'ec2:AttachVolume'],
            Condition: { StringEquals: { 'ec2:ResourceTag/stack': 'QuickCommerce' } },
          }),
        ]),
      },
    });
    where.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
      Tags: Match.arrayWith([{ Key: 'stack', Value: 'QuickCommerce', PropagateAtLaunch: true }]),
    });
  });

  it('has a snapshot of its volume every day for two weeks, and every week for eight', () => {
    const where = template({}, 'QuickCommerce');
    where.hasResourceProperties('AWS::DLM::LifecyclePolicy', {
      State: 'ENABLED',
      PolicyDetails: {
        ResourceTypes: ['VOLUME'],
        TargetTags: [{ Key: 'snapshots', Value: 'quickcommerce' }],
        Schedules: [
          Match.objectLike({ CreateRule: { CronExpression: 'cron(15 2 * * ? *)' }, RetainRule: { Count: 14 } }),
          Match.objectLike({ CreateRule: { CronExpression: 'cron(45 2 ? * SUN *)' }, RetainRule: { Count: 8 } }),
        ],
      },
    });
    where.hasResourceProperties('AWS::EC2::Volume', {
      Tags: Match.arrayWith([{ Key: 'snapshots', Value: 'quickcommerce' }]),
    });
  });

  it('tells somebody of a full disk, of what is not healthy, and of a backup that is missing; silence counts as bad', () => {
    const where = template({ alarmEmail: 'nights@shop.example' }, 'QuickCommerce');
    for (const MetricName of ['DiskUsed', 'MemoryUsed', 'Unhealthy', 'BackupAge', 'CPUUtilization'])
      where.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName,
        TreatMissingData: 'breaching',
        AlarmActions: [Match.anyValue()],
      });
    where.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'nights@shop.example' });
  });

  it('refuses a setting that is not what it must be, by its name', () => {
    expect(() => synthesised({ sshFrom: '0.0.0.0/0' })).toThrow(/^sshFrom is not of the form/);
    expect(() => synthesised({ region: '' })).toThrow('region is missing: give it with -c region=…');
  });
});

describe('the growth stack', () => {
  it('keeps hosts and Redis where visitors cannot reach them', () => {
    const where = template(ALL, 'QuickCommerceGrowth');
    expect(openTo(where)).toEqual([
      '443 0.0.0.0/0',
      '443 ::/0',
      '6379 own hosts',
      '80 0.0.0.0/0',
      '80 ::/0',
      '80 own hosts',
    ]);
  });

  it('speaks TLS to visitors, and keeps a client that polls at one host', () => {
    const where = template(ALL, 'QuickCommerceGrowth');
    where.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
    });
    where.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      DefaultActions: [
        Match.objectLike({ Type: 'redirect', RedirectConfig: Match.objectLike({ StatusCode: 'HTTP_301' }) }),
      ],
    });
    where.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      HealthCheckPath: '/healthz',
      TargetGroupAttributes: Match.arrayWith([
        { Key: 'deregistration_delay.timeout_seconds', Value: '30' },
        { Key: 'stickiness.enabled', Value: 'true' },
      ]),
    });
  });

  it('has two hosts at least in two zones, and Redis over TLS with a token, that survives a zone', () => {
    const where = template(ALL, 'QuickCommerceGrowth');
    where.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', { MinSize: '2', MaxSize: '8' });
    where.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
      TransitEncryptionEnabled: true,
      AtRestEncryptionEnabled: true,
      AuthToken: Match.anyValue(),
      MultiAZEnabled: true,
      NumCacheClusters: 2,
    });
    where.hasResourceProperties('AWS::WAFv2::WebACLAssociation', { WebACLArn: Match.anyValue() });
  });
});

describe('the edge', () => {
  it('passes pages, API and sockets on whole, and keeps none of them', () => {
    template(ALL, 'QuickCommerceEdge').hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        DefaultCacheBehavior: Match.objectLike({
          // CachingDisabled and AllViewer, which AWS maintains
          CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
          OriginRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3',
          AllowedMethods: Match.arrayWith(['PUT', 'PATCH', 'POST', 'DELETE']),
          ViewerProtocolPolicy: 'redirect-to-https',
        }),
        HttpVersion: 'http2and3',
        ViewerCertificate: Match.objectLike({ MinimumProtocolVersion: 'TLSv1.2_2021' }),
        WebACLId: Match.anyValue(),
      }),
    });
  });

  it('takes files from S3, and from the host where S3 has them not', () => {
    template(ALL, 'QuickCommerceEdge').hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        OriginGroups: Match.objectLike({
          Items: Match.arrayWith([
            Match.objectLike({ FailoverCriteria: { StatusCodes: { Items: [403, 404], Quantity: 2 } } }),
          ]),
        }),
      }),
    });
  });

  it('blocks floods, more tightly at sign-in, and what Amazon knows to be bad', () => {
    const where = template(ALL, 'QuickCommerceEdge');
    where.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'CLOUDFRONT',
      Rules: [
        Match.objectLike({ Name: 'Floods', Statement: { RateBasedStatement: Match.objectLike({ Limit: 6000 }) } }),
        Match.objectLike({ Name: 'SignIns', Statement: { RateBasedStatement: Match.objectLike({ Limit: 100 }) } }),
        ...['AmazonIpReputationList', 'KnownBadInputsRuleSet', 'CommonRuleSet', 'SQLiRuleSet'].map((name) =>
          Match.objectLike({ Name: `AWSManagedRules${name}`, OverrideAction: { None: {} } }),
        ),
      ],
    });
  });

  it('says what it needs', () => {
    expect(() => synthesised({ originName: 'origin.shop.example' })).toThrow('the edge needs siteName');
  });
});

import type { Construct } from 'constructs';

/** CDK context where `-c name=value` says nothing else. */
export const DEFAULTS = {
  region: 'eu-central-1',
  version: '0.1.0',
  instanceType: 't3.small',
  volumeGigabytes: 30,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  '@aws-cdk/core:checkSecretUsage': true,
};

/** What a deployment chooses: CDK context. */
export interface Settings {
  readonly region: string;
  /** Tag of the images, and of the release that a host runs. */
  readonly version: string;
  readonly instanceType: string;
  /** Size of the volume that holds the database. */
  readonly volumeGigabytes: number;
  /** The site's names, space-separated; unset: any name, plain HTTP. */
  readonly siteName?: string;
  /** The name by which CloudFront finds the host or the load balancer; needed by the edge only. */
  readonly originName?: string;
  /** Of the site's certificate in us-east-1, for CloudFront. */
  readonly edgeCertificateArn?: string;
  /** Of the site's certificate in `region`, for the load balancer. */
  readonly certificateArn?: string;
  /** CloudFront's managed prefix list in `region`: then nobody else reaches ports 80 and 443. */
  readonly cloudFrontPrefixList?: string;
  /** Network that may use SSH, e.g. 198.51.100.7/32; unset: port 22 is closed, Session Manager is there. */
  readonly sshFrom?: string;
  /** Where alarms are sent. */
  readonly alarmEmail?: string;
}

const OPTIONAL = [
  'siteName',
  'originName',
  'edgeCertificateArn',
  'certificateArn',
  'cloudFrontPrefixList',
  'sshFrom',
  'alarmEmail',
] as const;

const FORM: Record<string, RegExp> = {
  region: /^[a-z]{2}(-[a-z]+)+-\d$/,
  version: /^[\w][\w.-]{0,127}$/,
  instanceType: /^[a-z0-9-]+\.[a-z0-9]+$/,
  volumeGigabytes: /^[1-9]\d{0,4}$/,
  siteName: /^[a-z0-9.-]+( [a-z0-9.-]+)*$/,
  originName: /^[a-z0-9.-]+$/,
  edgeCertificateArn: /^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
  certificateArn: /^arn:aws:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/,
  cloudFrontPrefixList: /^pl-[0-9a-f]+$/,
  sshFrom: /^\d{1,3}(\.\d{1,3}){3}\/([1-9]|[12]\d|3[0-2])$/,
  alarmEmail: /^\S+@\S+$/,
};

/** @throws Error in one line that names the first setting that is missing or has not the form it must have */
export function readSettings(scope: Construct): Settings {
  const read = (name: string): string | undefined => {
    const value = scope.node.tryGetContext(name) as string | number | undefined;
    if (value === undefined || value === '') return undefined;
    if (!FORM[name]!.test(`${value}`)) throw new Error(`${name} is not of the form ${FORM[name]}: ${value}`);
    return `${value}`;
  };
  const need = (name: string): string => {
    const value = read(name);
    if (value === undefined) throw new Error(`${name} is missing: give it with -c ${name}=…`);
    return value;
  };
  return {
    region: need('region'),
    version: need('version'),
    instanceType: need('instanceType'),
    volumeGigabytes: Number(need('volumeGigabytes')),
    ...Object.fromEntries(OPTIONAL.map((name) => [name, read(name)] as const).filter(([, value]) => value)),
  };
}

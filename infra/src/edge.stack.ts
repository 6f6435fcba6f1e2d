import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  PriceClass,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, OriginGroup, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { NagSuppressions } from 'cdk-nag';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';
import { firewall } from './waf.ts';

/** Longer than the proxy goes on trying for (30 s). */
const ORIGIN_TIMEOUT = Duration.seconds(35);
/** What a name with a hash in it, or a product's picture, is: never another thing under the same name. */
const STATIC = ['*.js', '*.css', '*.woff2', '/images/*'];

interface EdgeProps extends StackProps {
  readonly settings: Settings;
}

/**
 * CloudFront with a firewall, in us-east-1 where both have to be. Pages, API and sockets go to the host or the load balancer,
 * never from a cache; files come from S3 and, where a release has not been copied there yet, from the host.
 */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, props: EdgeProps) {
    super(scope, id, props);
    const { originName, siteName, edgeCertificateArn } = props.settings;
    if (!siteName || !edgeCertificateArn)
      throw new Error('the edge needs siteName and edgeCertificateArn beside originName');
    const logs = this.bucket('AccessLogs', ObjectOwnership.OBJECT_WRITER);
    NagSuppressions.addResourceSuppressions(logs, [
      { id: 'AwsSolutions-S1', reason: 'It holds the access logs themselves.' },
    ]);
    const files = this.bucket('Files', ObjectOwnership.BUCKET_OWNER_ENFORCED, logs);
    const host = new HttpOrigin(originName!, {
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      readTimeout: ORIGIN_TIMEOUT,
      keepaliveTimeout: Duration.seconds(60),
    });
    const live: BehaviorOptions = {
      origin: host,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER,
      compress: false,
    };
    const stored: BehaviorOptions = {
      origin: new OriginGroup({
        primaryOrigin: S3BucketOrigin.withOriginAccessControl(files),
        fallbackOrigin: host,
        fallbackStatusCodes: [403, 404],
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      compress: true,
    };
    const distribution = new Distribution(this, 'Site', {
      domainNames: siteName.split(' '),
      certificate: Certificate.fromCertificateArn(this, 'Certificate', edgeCertificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_ALL,
      webAclId: firewall(this, 'CLOUDFRONT').attrArn,
      logBucket: logs,
      defaultBehavior: live,
      additionalBehaviors: Object.fromEntries(STATIC.map((pattern) => [pattern, stored])),
    });
    NagSuppressions.addResourceSuppressions(distribution, [
      {
        id: 'AwsSolutions-CFR1',
        reason: 'Whom a shop delivers to is its own choice; the firewall is where to refuse countries.',
      },
    ]);
    new CfnOutput(this, 'SiteName', { value: distribution.distributionDomainName });
    new CfnOutput(this, 'FilesBucket', { value: files.bucketName });
  }

  private bucket(id: string, objectOwnership: ObjectOwnership, serverAccessLogsBucket?: Bucket): Bucket {
    return new Bucket(this, id, {
      objectOwnership,
      serverAccessLogsBucket,
      serverAccessLogsPrefix: serverAccessLogsBucket && 'files/',
      versioned: !!serverAccessLogsBucket,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: serverAccessLogsBucket
        ? [{ noncurrentVersionExpiration: Duration.days(30) }]
        : [{ expiration: Duration.days(90) }],
    });
  }
}

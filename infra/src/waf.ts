import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';

/** Amazon's rule groups, in the order in which they are asked. */
const MANAGED = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesSQLiRuleSet',
] as const;
/** Requests of one address in five minutes: far above what a person's app asks, far below what a flood is. */
const PER_ADDRESS = 6000;
/** The same at sign-in, where passwords are tried. */
const SIGN_INS_PER_ADDRESS = 100;

/** The web application firewall, and with it the answer to floods; AWS Shield Standard is before it by itself. */
export function firewall(scope: Construct, reach: 'CLOUDFRONT' | 'REGIONAL'): CfnWebACL {
  const seen = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
    metricName,
    cloudWatchMetricsEnabled: true,
    sampledRequestsEnabled: true,
  });
  const rate = (name: string, limit: number, priority: number, startsWith?: string): CfnWebACL.RuleProperty => ({
    name,
    priority,
    action: { block: { customResponse: { responseCode: 429 } } },
    visibilityConfig: seen(name),
    statement: {
      rateBasedStatement: {
        aggregateKeyType: 'IP',
        limit,
        ...(startsWith && {
          scopeDownStatement: {
            byteMatchStatement: {
              fieldToMatch: { uriPath: {} },
              positionalConstraint: 'STARTS_WITH',
              searchString: startsWith,
              textTransformations: [
                { priority: 0, type: 'NORMALIZE_PATH' },
                { priority: 1, type: 'LOWERCASE' },
              ],
            },
          },
        }),
      },
    },
  });
  const managed = MANAGED.map((name, index): CfnWebACL.RuleProperty => ({
    name,
    priority: 10 + index,
    overrideAction: { none: {} },
    visibilityConfig: seen(name),
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
  }));
  const acl = new CfnWebACL(scope, 'Firewall', {
    scope: reach,
    defaultAction: { allow: {} },
    visibilityConfig: seen('Firewall'),
    rules: [rate('Floods', PER_ADDRESS, 0), rate('SignIns', SIGN_INS_PER_ADDRESS, 1, '/api/auth/login'), ...managed],
  });
  const logs = new LogGroup(scope, 'FirewallLog', {
    // the prefix that the firewall may write to
    logGroupName: `aws-waf-logs-quickcommerce-${reach.toLowerCase()}`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  new CfnLoggingConfiguration(scope, 'FirewallLogging', {
    resourceArn: acl.attrArn,
    logDestinationConfigs: [logs.logGroupArn],
    // tokens belong into no log
    redactedFields: [
      { singleHeader: { Name: 'authorization' } },
      { singleHeader: { Name: 'cookie' } },
      { queryString: {} },
    ],
    loggingFilter: {
      DefaultBehavior: 'DROP',
      Filters: [{ Behavior: 'KEEP', Requirement: 'MEETS_ANY', Conditions: [{ ActionCondition: { Action: 'BLOCK' } }] }],
    },
  });
  return acl;
}

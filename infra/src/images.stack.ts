import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Repository, RepositoryEncryption, TagMutability } from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';

/** What hosts pull, by these names. */
export const IMAGES = ['quickcommerce-api', 'quickcommerce-web'] as const;
/** Releases that can be rolled back to. */
const KEPT = 20;

/** Where releases are pushed before a host pulls them. A tag is given once: what was tested is what runs. */
export class ImagesStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    for (const repositoryName of IMAGES) {
      const repository = new Repository(this, repositoryName, {
        repositoryName,
        imageScanOnPush: true,
        imageTagMutability: TagMutability.IMMUTABLE,
        encryption: RepositoryEncryption.KMS,
        lifecycleRules: [{ maxImageCount: KEPT }],
        removalPolicy: RemovalPolicy.RETAIN,
      });
      new CfnOutput(this, `${repositoryName}-uri`, { value: repository.repositoryUri });
    }
  }
}

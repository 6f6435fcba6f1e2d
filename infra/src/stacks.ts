import { type App, type Stack, Tags } from 'aws-cdk-lib';
import { EdgeStack } from './edge.stack.ts';
import { GrowthStack } from './growth.stack.ts';
import { ImagesStack } from './images.stack.ts';
import { readSettings } from './settings.ts';
import { SingleHostStack } from './single-host.stack.ts';

/**
 * Everything that may be deployed: images first, then one host, or the growth stack once one host is too small. The edge
 * (CloudFront, WAF) stands before either, and needs the name under which to find it.
 */
export function stacks(app: App): Stack[] {
  const settings = readSettings(app);
  const env = { region: settings.region };
  const images = new ImagesStack(app, 'QuickCommerceImages', { env });
  const made: Stack[] = [
    images,
    new SingleHostStack(app, 'QuickCommerce', { env, settings }),
    new GrowthStack(app, 'QuickCommerceGrowth', { env, settings }),
  ];
  if (settings.originName)
    made.push(new EdgeStack(app, 'QuickCommerceEdge', { env: { region: 'us-east-1' }, settings }));
  for (const stack of made) Tags.of(stack).add('product', 'quickcommerce');
  return made;
}

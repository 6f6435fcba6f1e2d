// The product on AWS. `npx aws-cdk@2 deploy NAME` from this folder; docs/operations.md goes through it step by step.
import { App, Aspects } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { DEFAULTS } from './settings.ts';
import { stacks } from './stacks.ts';

const app = new App({ context: DEFAULTS });
stacks(app);
Aspects.of(app).add(new AwsSolutionsChecks());
app.synth();

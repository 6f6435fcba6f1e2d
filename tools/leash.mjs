// Preloaded or imported: ends this process when the one that started it is gone, which takes nobody with it by itself.
import { readFileSync } from 'node:fs';

/** npm starts a shell that starts us: then the death of either counts. */
const shellBetween = !!process.env.npm_lifecycle_event;

const starters = line();
setInterval(() => {
  if (line() !== starters) process.kill(process.pid, 'SIGTERM');
}, 500).unref();

function line() {
  return shellBetween ? `${process.ppid} of ${parentOf(process.ppid)}` : `${process.ppid}`;
}

function parentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[1];
  } catch {
    return undefined; // no Linux: there the shell gives way to us
  }
}

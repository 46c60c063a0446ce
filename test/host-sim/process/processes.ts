/** Looking at processes from outside. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { patient } from '../../../host-sim/node/patience.js';

/** Resolves with whether the process ends within ten seconds of a quiet machine. */
export async function ends(pid: number): Promise<boolean> {
  for (let waited = 0; waited < patient(10_000); waited += 50) {
    if (!isAlive(pid)) return true;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return false;
}

/** One that ended and waits to be reaped does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

/** Listening TCP and UDP sockets of a process (Linux). */
export function listeners(pid: number): number {
  const inodes = new Set<string>();
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(target(`/proc/${pid}/fd/${name}`));
    if (inode) inodes.add(inode[1]);
  }
  let count = 0;
  for (const table of ['tcp', 'tcp6', 'udp', 'udp6']) {
    for (const line of readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      const listening = table.startsWith('udp') || fields[3] === '0A';
      if (listening && inodes.has(fields[9])) count++;
    }
  }
  return count;
}

/** One that was closed since it was listed points nowhere. */
function target(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

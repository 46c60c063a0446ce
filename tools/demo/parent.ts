/**
 * `npm run` starts a shell and the shell starts us; a signal that ends npm ends the shell and goes no further. Whoever
 * ended it wants all of it to end. Started by anybody else, say with nohup, we may well outlive our parent.
 */

const LOOK_EVERY = 500;

/** Once the shell of npm is gone, the same happens as after SIGTERM. Returns what ends the watch. */
export function endWithNpm(): () => void {
  if (process.env.npm_lifecycle_event === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY).unref();
  return () => clearInterval(timer);
}

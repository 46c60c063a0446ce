/** A browser on an address. */
import { spawn } from 'node:child_process';

/** Opens the address where a person would see it: from a terminal, with a screen. It is printed as well. */
export function openBrowser(url: string): void {
  const { env, platform } = process;
  const screen = platform === 'darwin' || platform === 'win32' || env.DISPLAY || env.WAYLAND_DISPLAY;
  if (!process.stdout.isTTY || env.CI || !screen) return;
  const [program, ...words] =
    platform === 'darwin'
      ? ['open', url]
      : platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  spawn(program, words, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

/**
 * A board on a desk, played: the real firmware in XS behind a pseudo-terminal, in frames as a chip speaks, with a supply
 * and a way to make it new, both by files in its folder.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { flashBoard } from '../../../host-sim/board/flashing.js';
import { exitCode } from '../../../host-sim/node/board/exitCode.js';
import { noFailures } from '../../../host-sim/node/board/failureRow.js';
import { ConsoleServer } from '../../../host-sim/process/console.js';
import { spawnBoard } from '../../../host-sim/process/run.js';
import { Line } from '../../../host-sim/rv32/line.js';
import { firstImage } from '../../../tools/demo/images.js';
import type { Pty } from './pty.js';

export interface PlayedBoard {
  /** Lines for the shell that switch its power, tell its state, and make it new. */
  on: string;
  off: string;
  state: string;
  renew: string;
  /** The number of its starts. */
  starts(): number;
}

const LOOK_MS = 20;

/** Plays one at the pseudo-terminal, switched on, until the test ends. @param folder an empty one */
export async function playBoard(t: ExecutionContext, pty: Pty, folder: string): Promise<PlayedBoard> {
  const { bytes } = await firstImage('xs');
  const [power, fresh, flash] = ['power', 'fresh', 'flash'].map(name => join(folder, name));
  writeFileSync(power, 'on');
  writeFileSync(fresh, '');
  const console = await ConsoleServer.open();
  let child: ReturnType<typeof spawnBoard> | undefined;
  let starts = 0;
  const nothing = () => {};
  const newLine = () =>
    new Line(
      {
        ...{ onOpen: nothing, onData: nothing, onClose: nothing, onCredit: nothing, onUse: nothing },
        ...{ onReset: nothing, onText: nothing },
        onLine: text => {
          if (text === '' || !child) return;
          const { method, parameters, request } = JSON.parse(text);
          console.request(method, parameters, 60_000).then(
            result => say({ answer: request, result }),
            error => say({ answer: request, error: error.message }),
          );
        },
      },
      sent => pty.write(sent),
    );
  let line = newLine();
  const say = (said: unknown) => line.sendLine(JSON.stringify(said));
  pty.onData(received => line.take(received));
  console.onLine = said => {
    // A chip says nothing of its pins.
    if (!('pin' in said) && !('bus' in said)) say(said);
  };
  const start = () => {
    starts++;
    // A chip counts its frames from its start.
    line = newLine();
    const run = {
      directory: flash,
      engine: { name: 'xs' as const },
      port: console.port,
      token: console.expect(),
    };
    child = spawnBoard({ ...run, watchdog: 60_000, row: noFailures }, code => {
      child = undefined;
      console.hangUp('the board ended');
      if (code === exitCode.restart && readFileSync(power, 'utf8').trim() === 'on') start();
    });
  };
  const look = setInterval(() => {
    const isOn = readFileSync(power, 'utf8').trim() === 'on';
    if (existsSync(fresh) && !child) {
      rmSync(flash, { recursive: true, force: true });
      mkdirSync(flash);
      flashBoard(flash, bytes);
      rmSync(fresh);
    }
    if ((!isOn || existsSync(fresh)) && child) child.kill('SIGKILL');
    else if (isOn && !existsSync(fresh) && !child) start();
  }, LOOK_MS);
  t.teardown(async () => {
    clearInterval(look);
    child?.kill('SIGKILL');
    await console.close();
  });
  return {
    // Renamed into its place: the board looks at any time, and never at half a file.
    on: `echo on > ${power}.new && mv ${power}.new ${power}`,
    off: `echo off > ${power}.new && mv ${power}.new ${power}`,
    state: `cat ${power}`,
    renew: `touch ${fresh}; while test -e ${fresh}; do sleep 0.02; done`,
    starts: () => starts,
  };
}

/** The supplies that a rig can switch: a command, a port of a USB hub, a pin, a laboratory supply. */
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import * as v from 'valibot';
import { oneAfterAnother } from '../../../host-sim/node/oneAfterAnother.js';
import { Failure, oneLine } from '../../cli/failure.js';
import { type RunProgram, runProgram } from './shell.js';
import type { PowerSupply } from './supply.js';

const words = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));
const number = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** A supply as `boards.json` names it: one of these members. */
export const powerForm = v.union([
  /** Lines for the shell: labgrid-client, a request to Home Assistant. `state` prints on or off. */
  v.strictObject({ command: v.strictObject({ on: words, off: words, state: v.optional(words) }) }),
  /** A hub that can switch its ports; its place as uhubctl prints it. */
  v.strictObject({
    uhubctl: v.strictObject({
      hub: v.pipe(v.string(), v.regex(/^[0-9.-]{1,40}$/, 'is no place of a hub')),
      port: number(1, 32),
    }),
  }),
  /** The file of an output pin, as Linux shows it: /sys/class/gpio/gpio17/value. */
  v.strictObject({ gpio: v.strictObject({ file: words, activeLow: v.optional(v.boolean(), false) }) }),
  /** A supply that speaks SCPI over TCP. */
  v.strictObject({
    scpi: v.strictObject({
      host: words,
      port: v.optional(number(1, 65535), 5025),
      channel: v.optional(number(1, 8)),
    }),
  }),
]);
export type PowerForm = v.InferOutput<typeof powerForm>;

/** Milliseconds that a supply may take. */
const SWITCH_MS = 15_000;

/** The supply that the form describes. @param run in tests, in place of programs */
export function powerSupply(
  form: PowerForm,
  run: RunProgram = given => runProgram(given, { code: 'power', milliseconds: SWITCH_MS }),
): PowerSupply {
  if ('command' in form) return byCommand(form.command, run);
  if ('uhubctl' in form) return byHub(form.uhubctl, run);
  if ('gpio' in form) return byPin(form.gpio);
  return byScpi(form.scpi);
}

const failed = (name: string, said: string) =>
  new Failure('power', `The supply (${name}) failed: ${oneLine(said, 200) || 'it said nothing'}.`);

/** @throws Failure `power` of a program that ends otherwise than well */
async function done(name: string, run: RunProgram, given: readonly string[] | string): Promise<string> {
  const { said, status } = await run(given);
  if (status !== 0) throw failed(name, `status ${status}, ${said}`);
  return said;
}

function byCommand(
  { off, on, state }: { on: string; off: string; state?: string },
  run: RunProgram,
): PowerSupply {
  const name = 'command';
  return {
    name,
    switch: async isOn => void (await done(name, run, isOn ? on : off)),
    state: async () => (state === undefined ? undefined : onOrOff(await done(name, run, state))),
  };
}

/** The last such word: a client may say more before. */
const onOrOff = (said: string): boolean | undefined => {
  const word = said
    .toLowerCase()
    .match(/\b(on|off|1|0)\b/g)
    ?.at(-1);
  return word === undefined ? undefined : word === 'on' || word === '1';
};

function byHub({ hub, port }: { hub: string; port: number }, run: RunProgram): PowerSupply {
  const name = `uhubctl ${hub} port ${port}`;
  const place = ['uhubctl', '-l', hub, '-p', `${port}`];
  return {
    name,
    switch: async isOn => void (await done(name, run, [...place, '-a', isOn ? 'on' : 'off'])),
    async state() {
      const line = new RegExp(`^ *Port ${port}: .*$`, 'm').exec(await done(name, run, place))?.[0];
      if (line === undefined) throw failed(name, 'uhubctl does not list that port');
      return !/\boff\b/.test(line);
    },
  };
}

function byPin({ activeLow, file }: { file: string; activeLow: boolean }): PowerSupply {
  const name = `pin ${file}`;
  const guarded = async <T>(act: () => T): Promise<T> => {
    try {
      return act();
    } catch (error) {
      throw failed(name, (error as Error).message);
    }
  };
  return {
    name,
    switch: isOn => guarded(() => writeFileSync(file, isOn === activeLow ? '0' : '1', { flag: 'r+' })),
    state: () => guarded(() => (readFileSync(file, 'utf8').trim() === '1') !== activeLow),
  };
}

function byScpi({ channel, host, port }: { host: string; port: number; channel?: number }): PowerSupply {
  const name = `scpi ${host}:${port}`;
  const list = channel === undefined ? '' : `(@${channel})`;
  // Many supplies take one connection at a time.
  const inTurn = oneAfterAnother();
  const ask = (command: string, answers: boolean): Promise<string> =>
    inTurn(() => scpi({ name, host, port }, command, answers));
  return {
    name,
    async switch(isOn) {
      await ask(`OUTP ${isOn ? 'ON' : 'OFF'}${list && `,${list}`}`, false);
      if ((await this.state()) !== isOn) throw failed(name, 'its output is not as it was told');
    },
    state: async () => onOrOff(await ask(`OUTP?${list && ` ${list}`}`, true)),
    async current() {
      const said = await ask(`MEAS:CURR?${list && ` ${list}`}`, true);
      const amperes = Number.parseFloat(said);
      // SCPI's word for a number that there is none of is 9.91E37.
      if (!(Math.abs(amperes) < AMPERES_MAX)) throw failed(name, `it measures ${said}`);
      return 1000 * amperes;
    },
  };
}

/** No board draws as much, and no bench supply gives it. */
const AMPERES_MAX = 1000;

/** One command, and its answer where it has one. A supply that takes a command says so by the next query. */
function scpi(
  at: { name: string; host: string; port: number },
  command: string,
  answers: boolean,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(at.port, at.host, () => socket.write(`${command}\n${answers ? '' : '*OPC?\n'}`));
    socket.setTimeout(SWITCH_MS, () => socket.destroy(new Error('it does not answer')));
    socket.on('error', error => reject(failed(at.name, error.message)));
    socket.on('close', () => reject(failed(at.name, 'it hung up')));
    socket.on('data', chunk => {
      said = (said + chunk).slice(-200);
      if (!said.includes('\n')) return;
      resolve(said.trim());
      socket.destroy();
    });
  });
}

/** All kinds of steps, by the names that scenarios call them. */
import type { StepKind } from '../bench/step.js';
import { boot } from './boot.js';
import { build } from './build.js';
import { command } from './command.js';
import { cut } from './cut.js';
import { deliver } from './deliver.js';
import { deny } from './deny.js';
import { device } from './device.js';
import { expect } from './expect.js';
import { flash } from './flash.js';
import { fleet } from './fleet.js';
import { flood } from './flood.js';
import { honest } from './honest.js';
import { input } from './input.js';
import { install } from './install.js';
import { junk } from './junk.js';
import { lie } from './lie.js';
import { network } from './network.js';
import { now } from './now.js';
import { order } from './order.js';
import { output } from './output.js';
import { receipt } from './receipt.js';
import { refuse } from './refuse.js';
import { approveStep, publishStep, withdrawStep } from './release.js';
import { sign } from './sign.js';
import { skip } from './skip.js';
import { state } from './state.js';

export const steps = {
  ...{ command, order, deliver, deny, receipt, sign, junk, flood },
  ...{ boot, cut, output, input, expect, state, flash, skip, now },
  ...{ build, publish: publishStep, approve: approveStep, withdraw: withdrawStep, install, refuse },
  ...{ fleet, device, lie, honest, network },
};

type Steps = typeof steps;
export type StepName = keyof Steps;

/** A kind whose form was checked elsewhere. */
export const kindOf = (name: string): StepKind<unknown, unknown> | undefined =>
  Object.hasOwn(steps, name) ? (steps[name as StepName] as StepKind<unknown, unknown>) : undefined;

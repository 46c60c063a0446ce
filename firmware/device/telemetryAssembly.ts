/** The outflow of telemetry, wired to the board's app, keys, clock and flash. */

import type { Levels } from '../trust/levels.js';
import type { OperationBase } from './assembly.js';
import type { BrokerConnection } from './brokerConnection.js';
import type { Mailbox } from './mailbox.js';
import { TelemetryOutflow } from './telemetryOutflow.js';

/** Begins the outflow of telemetry; undefined for an app that reports nothing. */
export function assembleTelemetry(
  { floors, options }: OperationBase,
  levels: Levels,
  mailbox: Pick<Mailbox, 'telemetry'>,
  broker: () => Pick<BrokerConnection, 'publish'>,
): TelemetryOutflow | undefined {
  const { app, crypto, domain, identity, image, log, ports, telemetryRing } = options;
  const { reports } = app;
  if (!reports || !telemetryRing) return undefined;
  const { level } = levels.policy('command');
  return new TelemetryOutflow({
    reports,
    clock: ports.clock,
    crypto,
    domain,
    privateKey: identity.privateKey,
    imageHash: image.sha256,
    now: () => ({ seconds: floors.now(level), proven: floors.nowProven(level) }),
    ring: telemetryRing,
    deliver: bytes =>
      new Promise(settle =>
        broker().publish('telemetry', mailbox.telemetry(bytes), { retain: true }, delivery =>
          settle(delivery === 'delivered'),
        ),
      ),
    log,
  });
}

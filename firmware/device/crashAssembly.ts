/** The outflow of crash records, wired to the board's key, clock and flash. */

import type { OperationOptions } from './assembly.js';
import type { BrokerConnection } from './brokerConnection.js';
import { CrashOutflow } from './crashOutflow.js';
import { crashHash, encodeCrash } from './crashReceipt.js';
import type { Mailbox } from './mailbox.js';

/** Begins it. What the broker keeps is the newest receipt, for those who come later. */
export function assembleCrashes(
  { crypto, domain, identity, log, ports }: OperationOptions,
  mailbox: Pick<Mailbox, 'telemetry'>,
  broker: Pick<BrokerConnection, 'publish'>,
): CrashOutflow {
  return new CrashOutflow({
    clock: ports.clock,
    partition: ports.flash.open('crash'),
    log,
    deliver(crash) {
      const signature = crypto.sign(crashHash(crypto, domain, crash), identity.privateKey);
      const sealed = mailbox.telemetry(encodeCrash({ crash, signature }), 'crash');
      return new Promise(settle =>
        broker.publish('crash', sealed, { retain: true }, delivery => settle(delivery === 'delivered')),
      );
    },
  });
}

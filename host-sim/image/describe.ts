/** The face of an app, as data: the app is made once, on a board that does nothing. */
import type { GenericSchema } from 'valibot';
import type { Board, MakeApp } from '../../firmware/app/board.js';
import { AppHost } from '../../firmware/app/host.js';
import { forgottenRecords } from '../../firmware/app/records.js';
import type { Telemetry } from '../../firmware/app/telemetry.js';
import type { Pull } from '../../firmware/port/pins.js';
import { simulatedBuses } from '../node/board/buses.js';
import { type BusSetting, busSettings } from '../node/board/busLines.js';
import { type JsonSchema, jsonSchemaOf } from './jsonSchema.js';

/** An action as the face of an app has it. What is left out has the cautious value. */
export interface FaceAction {
  params: JsonSchema;
  class?: 'irreversible';
  idempotent?: true;
  beforeNow?: true;
  finality?: 'latest';
}

/** The face of an app: its document lies beside the image, and the manifest names its SHA-256. */
export interface Face {
  format: 1;
  app: string;
  actions: Record<string, FaceAction>;
  /** The members that the owner may set by `holdfast.config`, and by `holdfast.secret`. */
  config?: JsonSchema;
  secrets?: JsonSchema;
  /** The values that the app reports by itself. */
  telemetry?: Record<string, FaceTelemetry>;
}

/** A kind of telemetry as the face of an app has it. */
export interface FaceTelemetry {
  value: JsonSchema;
  /** Milliseconds between two readings; the app reports by itself where it is left out. */
  everyMs?: number;
  onChange?: true;
}

const clock = { monotonic: () => 0, after: () => () => {} };
const nothing = {
  clock,
  pins: { write: () => {}, sample: () => 0, sense: (_: number, pull: Pull) => pull === 'up' },
  console: { log: () => {} },
};

const describeTelemetry = (kinds: Readonly<Record<string, Telemetry>>): Record<string, FaceTelemetry> =>
  Object.fromEntries(
    Object.entries(kinds).map(([name, { everyMs, onChange, value }]) => [
      name,
      { value: jsonSchemaOf(value), ...(everyMs && { everyMs }), ...(onChange && { onChange }) },
    ]),
  );

type Schemas = { config?: GenericSchema; secrets?: GenericSchema };

/** The board, which from now on notes the schemas of the settings that it is asked for. */
function noting(board: Board, schemas: Schemas): Board {
  for (const kind of ['config', 'secrets'] as const) {
    const declare: Board['config'] = board[kind].bind(board);
    board[kind] = options => {
      schemas[kind] = options.schema;
      return declare(options);
    };
  }
  return board;
}

/** The face of the app that `make` gives, on a board with those devices. Throws what the app throws as it is made. */
export function describeApp(make: MakeApp, devices: readonly BusSetting[] = []): Face {
  const buses = simulatedBuses(clock);
  const set = busSettings(buses);
  for (const device of devices) set(device);
  const schemas: Schemas = {};
  const watched: MakeApp = board => make(noting(board, schemas));
  const { app } = new AppHost({ ...nothing, buses, records: forgottenRecords() }, watched);
  const actions: Record<string, FaceAction> = {};
  for (const [name, action] of Object.entries(app.actions)) {
    actions[name] = {
      params: jsonSchemaOf(action.params),
      ...(action.class === 'irreversible' && { class: 'irreversible' }),
      ...(action.idempotent && { idempotent: true }),
      ...(action.beforeNow && { beforeNow: true }),
      ...(action.finality === 'latest' && { finality: 'latest' }),
    };
  }
  return {
    format: 1,
    app: app.name,
    actions,
    ...(app.telemetry && { telemetry: describeTelemetry(app.telemetry) }),
    ...(schemas.config && { config: jsonSchemaOf(schemas.config) }),
    ...(schemas.secrets && { secrets: jsonSchemaOf(schemas.secrets) }),
  };
}

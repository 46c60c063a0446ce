/** The inputs of a board's face: a digital one is pressed, for as long as one holds it, an analogue one is set. */
import { useId, useRef } from 'preact/hooks';
import type { Board, Input } from '../protocol.js';
import { send } from './connection.js';

const ANALOGUE_MAX = 4095;
/** Milliseconds that a press lasts at least: an app looks every 20. */
const PRESS_MS = 120;

interface InputProperties {
  board: string;
  input: Input;
}

const set = (board: string, pin: number, value: number) => send({ act: 'input', board, pin, value });

function Digital({ board, input: { idle, pin, value } }: InputProperties) {
  const isPressed = value !== idle;
  /** The press that is under way, until the board has had time to see it. */
  const pressed = useRef<Promise<unknown>>(undefined);
  const press = () => {
    pressed.current ??= Promise.all([
      set(board, pin, 1 - idle),
      new Promise(resolve => setTimeout(resolve, PRESS_MS)),
    ]);
  };
  const release = () => {
    const before = pressed.current;
    pressed.current = undefined;
    void before?.then(() => set(board, pin, idle));
  };
  const isKey = ({ key }: KeyboardEvent) => key === ' ' || key === 'Enter';
  return (
    <li class="input">
      <span class="label">input {pin}</span>
      <button
        type="button"
        class={isPressed ? 'small pressed' : 'small'}
        onPointerDown={press}
        onPointerUp={release}
        onPointerLeave={release}
        onKeyDown={event => isKey(event) && press()}
        onKeyUp={event => isKey(event) && release()}
        onBlur={release}
      >
        press
      </button>
      <button
        type="button"
        class="small"
        aria-pressed={isPressed}
        onClick={() => void set(board, pin, isPressed ? idle : 1 - idle)}
      >
        hold<span class="unseen"> input {pin}</span>
      </button>
      <strong>{value}</strong>
    </li>
  );
}

function Analogue({ board, input: { pin, value } }: InputProperties) {
  const id = useId();
  return (
    <li class="input">
      <label class="label" for={id}>
        input {pin}
      </label>
      <input
        id={id}
        type="range"
        min="0"
        max={ANALOGUE_MAX}
        value={value}
        onChange={event => void set(board, pin, Number(event.currentTarget.value))}
      />
      <strong>
        {value} of {ANALOGUE_MAX}
      </strong>
    </li>
  );
}

export function Inputs({ board: { inputs = [], name, power } }: { board: Board }) {
  if (inputs.length === 0 || power === 'off') return null;
  return (
    <ul class="face" aria-label="inputs">
      {inputs.map(input =>
        input.as === 'digital' ? (
          <Digital key={input.pin} board={name} input={input} />
        ) : (
          <Analogue key={input.pin} board={name} input={input} />
        ),
      )}
    </ul>
  );
}

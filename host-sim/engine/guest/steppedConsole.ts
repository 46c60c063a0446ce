/** The Console port of a board that its parent steps: requests come as events, answers go as calls. A class: see flash.ts. */
import type { Console } from '../../../firmware/port/board.js';
import type { Line } from './steppedHost.js';

/** The Console port, and what takes the holder's requests. */
export class SteppedConsole implements Console {
  readonly #line: Line;
  #handler: Parameters<Console['onRequest']>[0] | undefined;

  constructor(line: Line) {
    this.#line = line;
  }

  log(line: string): void {
    this.#line.call('console.log', `${line}`);
  }

  onRequest(handler: Parameters<Console['onRequest']>[0]): void {
    this.#handler = handler;
    this.#line.call('console.ready');
  }

  /** @param text JSON of the request's method and parameters */
  async serve(id: number, text: string): Promise<void> {
    let answer: string;
    try {
      const { method, parameters } = JSON.parse(text) as { method: string; parameters: unknown };
      const result = await this.#handler!(method, parameters);
      answer = JSON.stringify({ result: result ?? null });
    } catch (error) {
      const message = typeof error === 'object' && error !== null ? (error as Error).message : error;
      answer = JSON.stringify({ error: `${message}` });
    }
    this.#line.call('console.answer', id, answer);
  }
}

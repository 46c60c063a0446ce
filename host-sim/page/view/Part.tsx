/** A card of the page. Its head folds it; folded, the head says in short how it stands. */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

/** Narrow as a phone, where the page would be long; as in style.css. */
const NARROW = '(max-width: 52rem)';
/** Cards that begin folded there: the board, the acts and the evidence stand first. */
const FOLDED_WHERE_NARROW = ['break', 'console', 'faults', 'releases', 'report'];

const folded = signal<ReadonlySet<string>>(new Set(matchMedia(NARROW).matches ? FOLDED_WHERE_NARROW : []));

function fold(id: string, isFolded: boolean): void {
  const next = new Set(folded.value);
  if (isFolded) next.add(id);
  else next.delete(id);
  folded.value = next;
}

/** Opens a card and moves the focus there, without changing the address, which holds the token. */
export function jump(id: string): void {
  fold(id, false);
  const place = document.getElementById(id);
  place?.setAttribute('tabindex', '-1');
  place?.focus();
}

interface PartProperties {
  id: string;
  title: string;
  /** The card in a few words, while it is folded. */
  short?: string;
  class?: string;
  children: ComponentChildren;
}

export function Part({ children, id, short, title, ...properties }: PartProperties) {
  const isFolded = folded.value.has(id);
  return (
    <section class={properties.class} aria-labelledby={id}>
      <h2 id={id}>
        <button type="button" class="fold" aria-expanded={!isFolded} onClick={() => fold(id, !isFolded)}>
          {title}
          {isFolded && short !== undefined && <span class="quiet"> {short}</span>}
        </button>
      </h2>
      {!isFolded && children}
    </section>
  );
}

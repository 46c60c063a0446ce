/** A text that a person takes along, with the button that copies it. */

/** Only the button; `of` says to a screen reader what it copies. */
export function Copy({ of, text }: { of: string; text: string }) {
  return (
    <button type="button" class="small" onClick={() => void navigator.clipboard.writeText(text)}>
      copy<span class="unseen"> {of}</span>
    </button>
  );
}

/** A command line below its form. */
export function Line({ text }: { text: string }) {
  return (
    <span class="line">
      <code>{text}</code> <Copy of={text} text={text} />
    </span>
  );
}

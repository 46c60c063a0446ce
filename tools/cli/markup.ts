/** Words of others in XML and HTML, and a page that needs nothing else: no script, no resource, no connection. */

/** Characters that XML 1.0 does not have or discourages (section 2.2) are left out, whoever sent them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/gu;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text of any origin, fit for XML and HTML, in elements and in quoted attributes. */
export const escaped = (text: string): string =>
  text.replace(NO_XML, '').replace(/[&<>"]/g, sign => ENTITIES[sign]);

/** The style that reports share: colours of what is good, bad and of no weight, in light and dark. */
const STYLE = `
:root { color-scheme: light dark; --good: light-dark(#18794e, #4cc38a);
  --bad: light-dark(#c62a2f, #ff8f8f); --off: light-dark(#686868, #a0a0a0); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
code, pre { font: 13px/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
`;

/**
 * A page of a report.
 *
 * @param style beside the one that reports share
 * @param body HTML: whatever is others' in it was escaped
 */
export const reportHtml = (title: string, style: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}${style.trimStart()}</style>
</head>
<body>
${body}
</body>
</html>
`;

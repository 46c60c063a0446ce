/*
 * The chip's TLS engine in a process of its own, driven through two pipes. A call is an operation, a connection, a
 * count and so many bytes; its answer a result, a count and so many bytes. Numbers have four bytes, in this machine's
 * order.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tls.h"

enum { mostBytes = 1 << 16 };

static void take(void *to, size_t length, FILE *from) {
  if (length > 0 && fread(to, 1, length, from) != length) exit(0);
}

int main(int count, char **arguments) {
  static uint8_t bytes[mostBytes];
  if (count != 3) return 2;
  FILE *in = fopen(arguments[1], "r");
  FILE *out = fopen(arguments[2], "w");
  if (!in || !out) return 2;
  for (;;) {
    uint32_t head[4];
    take(head, sizeof head, in);
    uint32_t connection = head[1], most = head[2], length = head[3];
    if (length > mostBytes || most > mostBytes) return 2;
    /* Where a chip's code would keep on reading. */
    uint8_t *exact = malloc(length + 1);
    take(exact, length, in);
    int32_t result = 0;
    uint32_t answer = 0;
    switch (head[0]) {
      case 0: result = tlsOpen((char *)exact, exact + most, length - most); break;
      case 1: result = tlsTake(connection, exact, 0, length); break;
      case 2: result = tlsGive(connection, bytes, most), answer = (uint32_t)result; break;
      case 3: result = tlsStep(connection); break;
      case 4: result = tlsRead(connection, bytes, most), answer = (uint32_t)result; break;
      case 5: result = tlsWrite(connection, exact, 0, length); break;
      case 6: result = tlsCause(connection, bytes, most), answer = (uint32_t)result; break;
      case 7: tlsClose(connection); break;
      default: return 2;
    }
    free(exact);
    uint32_t said[2] = {(uint32_t)result, answer};
    fwrite(said, 1, sizeof said, out);
    fwrite(bytes, 1, answer, out);
    fflush(out);
  }
}

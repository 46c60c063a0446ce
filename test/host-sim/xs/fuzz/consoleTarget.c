/*
 * libFuzzer: what comes in at a board's console, in pieces of any size. Lines must come out as they went in, none
 * longer than a line may be; too long a line ends the board.
 */
#include <setjmp.h>
#include <stdlib.h>

static jmp_buf ended;
static _Noreturn void endOfBoard(int code) {
  if (code != 76) abort();
  longjmp(ended, 1);
}
#define _exit endOfBoard
#include "../../../../host-sim/engine/posix/console.c"
#undef _exit

static const uint8_t *expected;
static size_t expectedLeft;

static void take(uint8_t *line, size_t length) {
  if (length > lineLimit || length + 1 > expectedLeft) abort();
  if (memcmp(line, expected, length) != 0 || expected[length] != '\n') abort();
  expected += length + 1;
  expectedLeft -= length + 1;
  /* As the board does: a line is made a text in its place. */
  line[length] = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  int ends[2];
  if (size < 1 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 0;
  size_t piece = 1 + (size_t)data[0] * 24;
  data++;
  size--;
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  file = output = ends[0];
  inputLength = 0;
  expected = data;
  expectedLeft = size;
  size_t longest = 0;
  for (size_t i = 0, from = 0; i < size; i++) {
    if (data[i] == '\n') from = i + 1;
    else if (i + 1 - from > longest) longest = i + 1 - from;
  }
  volatile int lost = 0;
  if (setjmp(ended) == 0) {
    for (size_t at = 0; at < size; at += piece) {
      size_t count = piece < size - at ? piece : size - at;
      if (send(ends[1], data + at, count, 0) != (ssize_t)count) break;
      /* It reads at most what it has room for; the rest waits. */
      for (int i = 0; i < 4; i++) serveConsole(1, take);
    }
  } else {
    lost = 1;
  }
  if (lost && longest <= lineLimit) abort();
  if (!lost && memchr(expected, '\n', expectedLeft)) abort();
  backlogLength = 0;
  close(ends[0]);
  close(ends[1]);
  file = output = -1;
  return 0;
}

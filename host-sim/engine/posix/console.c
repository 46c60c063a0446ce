#include "../host/console.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../host/clock.h"

enum {
  /* As in consoleLine.ts: requestLimit and 1024. */
  lineLimit = 4096 + 1024,
  /* Milliseconds that a reader gets for the last words. */
  farewell = 500,
};

/* The descriptor that lines go to and come from; -1 is none. */
static int file = -1;
static int output = -1;
static char *backlog;
static size_t backlogLength;
static size_t backlogCapacity;
static uint8_t input[lineLimit + 1];
static size_t inputLength;

static _Noreturn void lost(void) { _exit(exitConsoleLost); }

void openConsole(const char *host, int port, const char *token) {
  char service[8];
  snprintf(service, sizeof service, "%d", port);
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC};
  struct addrinfo *found = NULL;
  if (getaddrinfo(host, service, &hints, &found) != 0 || !found) lost();
  file = socket(found->ai_family, SOCK_STREAM, 0);
  if (file < 0 || connect(file, found->ai_addr, found->ai_addrlen) != 0) lost();
  freeaddrinfo(found);
  int on = 1;
  fcntl(file, F_SETFD, FD_CLOEXEC);
  fcntl(file, F_SETFL, O_NONBLOCK);
  setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  output = file;
  sendText("token", token);
}

void consoleToStandardOutput(void) { output = STDOUT_FILENO; }

int consoleFile(void) { return file; }

int consoleBusy(void) { return backlogLength > 0; }

size_t consoleBacklog(void) { return backlogLength; }

/* False when nobody is there any more. */
static int flush(void) {
  size_t sent = 0;
  while (sent < backlogLength) {
    ssize_t count = write(output, backlog + sent, backlogLength - sent);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (count < 0) return 0;
    sent += (size_t)count;
  }
  backlogLength -= sent;
  if (sent > 0) memmove(backlog, backlog + sent, backlogLength);
  return 1;
}

static void put(const char *bytes, size_t length) {
  if (backlogLength + length > backlogCapacity) {
    size_t capacity = 2 * (backlogLength + length) + 4096;
    char *larger = realloc(backlog, capacity);
    if (!larger) lost();
    backlog = larger;
    backlogCapacity = capacity;
  }
  memcpy(backlog + backlogLength, bytes, length);
  backlogLength += length;
}

void sendLine(const char *line) {
  put(line, strlen(line));
  put("\n", 1);
  flush();
}

void sendText(const char *key, const char *text) {
  put("{\"", 2);
  put(key, strlen(key));
  put("\":\"", 3);
  for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
    char escaped[8] = {(char)*p};
    if (*p < 0x20 || *p == '"' || *p == '\\') snprintf(escaped, sizeof escaped, "\\u%04x", *p);
    put(escaped, strlen(escaped));
  }
  put("\"}\n", 3);
  flush();
}

void serveConsole(int readable, void (*take)(uint8_t *line, size_t length)) {
  if (!flush()) lost();
  if (!readable) return;
  ssize_t count = recv(file, input + inputLength, sizeof input - inputLength, 0);
  if (count == 0) lost();
  if (count < 0 && errno != EAGAIN && errno != EINTR) lost();
  if (count < 0) return;
  inputLength += (size_t)count;
  size_t from = 0;
  for (size_t i = inputLength - (size_t)count; i < inputLength; i++) {
    if (input[i] != '\n') continue;
    take(input + from, i - from);
    from = i + 1;
  }
  inputLength -= from;
  memmove(input, input + from, inputLength);
  if (inputLength > lineLimit) lost();
}

/* A peer that sends anything else over a connection that showed the token is not the holder. */
void consoleNonsense(void) { lost(); }

_Noreturn void endBoard(int code) {
  double until = monotonic() + farewell;
  while (backlogLength > 0 && flush() && backlogLength > 0 && monotonic() < until) {
    poll(&(struct pollfd){.fd = output, .events = POLLOUT}, 1, 10);
  }
  if (file < 0) _exit(code);
  /* Closed with input unread, a socket takes back what it has sent. */
  shutdown(file, SHUT_WR);
  uint8_t rest[1024];
  while (monotonic() < until && poll(&(struct pollfd){.fd = file, .events = POLLIN}, 1, 50) >= 0) {
    ssize_t count = recv(file, rest, sizeof rest, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN)) break;
  }
  _exit(code);
}

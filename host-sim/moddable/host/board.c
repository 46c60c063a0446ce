/*
 * The arguments and exit codes of every board (host-sim/board/main.ts), and the SDK's main loop (GLib's):
 *
 *   holdfast-lin --directory D --console HOST:PORT [--watchdog MILLISECONDS] [--report FILE]
 *   holdfast-lin --at-rest
 */
#include "board.h"

#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../engine/host/console.h"
#include "../../engine/host/flash.h"
#include "../../engine/posix/lock.h"
#include "../../engine/host/watchdog.h"

static int resting;
static double failures;
/* The file that is told what memory was used when the run ends by itself; or NULL. */
static const char *report;

double boardFailures(void) { return failures; }

int boardIsResting(void) { return resting; }

static void writeReport(void) {
  FILE *file = report ? fopen(report, "w") : NULL;
  if (!file) return;
  printMemory(file);
  fclose(file);
}

void restartBoard(const char *reason) {
  writeReport();
  sendText("restart", reason);
  endBoard(exitRestart);
}

void faultBoard(const char *description) {
  sendText("fault", description);
  endBoard(exitFault);
}

void nothingToStart(const char *reason) {
  sendText("log", reason);
  endBoard(exitNothingToStart);
}

static _Noreturn void usage(const char *problem) {
  fprintf(stderr, "board: %s\n", problem);
  exit(exitUsage);
}

static double toNumber(const char *text, double least, double most, const char *problem) {
  char *end;
  double value = strtod(text, &end);
  if (*end || end == text || !(value >= least && value <= most)) usage(problem);
  return value;
}

static void dial(const char *console) {
  const char *colon = console ? strrchr(console, ':') : NULL;
  char host[256];
  if (!colon || colon == console || (size_t)(colon - console) >= sizeof host)
    usage("--console HOST:PORT is needed: a board runs only while somebody holds it");
  memcpy(host, console, (size_t)(colon - console));
  host[colon - console] = 0;
  int port = (int)toNumber(colon + 1, 1, 65535, "--console HOST:PORT has no such port");
  const char *token = getenv("HOLDFAST_CONSOLE_TOKEN");
  openConsole(host, port, token ? token : "");
  unsetenv("HOLDFAST_CONSOLE_TOKEN");
}

/* A loop that rests too long could not feed the watchdog. */
static gboolean wake(gpointer nothing) {
  (void)nothing;
  return G_SOURCE_CONTINUE;
}

static _Noreturn void serve(void) {
  GMainContext *context = g_main_context_default();
  GPollFD line = {.fd = consoleFile()};
  g_main_context_add_poll(context, &line, G_PRIORITY_DEFAULT);
  g_timeout_add((guint)watchdogPatience(), wake, NULL);
  for (;;) {
    feedWatchdog();
    line.events = (gushort)(G_IO_IN | (consoleBusy() ? G_IO_OUT : 0));
    line.revents = 0;
    g_main_context_iteration(context, TRUE);
    feedWatchdog();
    serveConsole(line.revents & (G_IO_IN | G_IO_HUP | G_IO_ERR), takeLine);
  }
}

void holdfastBoard(int count, char **arguments) {
  const char *directory = NULL;
  const char *console = NULL;
  double watchdog = 10000;
  for (int i = 1; i < count; i++) {
    const char *option = arguments[i];
    if (strcmp(option, "--at-rest") == 0) {
      resting = 1;
      continue;
    }
    if (++i == count) usage("an option without its value");
    const char *value = arguments[i];
    if (strcmp(option, "--directory") == 0) directory = value;
    else if (strcmp(option, "--console") == 0) console = value;
    else if (strcmp(option, "--report") == 0) report = value;
    else if (strcmp(option, "--failures") == 0)
      failures = toNumber(value, 0, 1e6, "--failures takes a number of resets in a row");
    else if (strcmp(option, "--watchdog") == 0)
      watchdog = toNumber(value, 100, 1e9, "--watchdog takes milliseconds, 100 or more");
    else usage("an option that is none");
  }
  signal(SIGPIPE, SIG_IGN);
  if (resting) {
    launchMachine();
    printMemory(stdout);
    exit(0);
  }
  if (!directory) usage("--directory is needed: where the board keeps its flash");
  const char *wrong = openFlash(directory);
  if (wrong) usage(wrong);
  startWatchdog(watchdog);
  dial(console);
  wrong = lockDirectory(directory);
  if (wrong) {
    sendText("log", wrong);
    endBoard(exitUsage);
  }
  launchMachine();
  serve();
}

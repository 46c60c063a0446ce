/*
 * A board whose image runs in XS, with the command line, the console and the exit codes of the Node board
 * (host-sim/board/main.ts):
 *
 *   holdfast-xs --directory D --console HOST:PORT [--watchdog MILLISECONDS] [--failures COUNT] [--ended WHY:SLOT]
 *               [--heap BYTES] [--stack SLOTS] [--portable] [--report FILE] [--buses JSON] [--record FILE]
 *   holdfast-xs --stepped [...]                       a board whose ports and events are its parent's (stepped.h)
 *   holdfast-xs --script FILE [--directory D] [...]   runs a script; its console is the standard output
 *   holdfast-xs --module FILE [--directory D] [...]   runs an ES module, and what it imports from below its folder
 *   holdfast-xs --compile FILE OUTPUT                 bytecode for a script
 *   holdfast-xs --compile-module FILE OUTPUT          bytecode for a module
 *
 * The environment gives HOLDFAST_CONSOLE_TOKEN.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board.h"
#include "console.h"
#include "crash.h"
#include "flash.h"
#include "lock.h"
#include "record.h"
#include "watchdog.h"

typedef struct {
  const char *directory;
  const char *console;
  const char *script;
  const char *module;
  const char *compile;
  const char *output;
  const char *record;
  const char *before;
  Source source;
  double watchdog;
  BoardSettings board;
} Settings;

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

static Settings readSettings(int count, char **arguments) {
  Settings settings = {.watchdog = 10000, .board = {.size = chipSize()}};
  for (int i = 1; i < count; i++) {
    const char *option = arguments[i];
    if (strcmp(option, "--portable") == 0) {
      settings.board.portable = 1;
      continue;
    }
    if (strcmp(option, "--stepped") == 0) {
      settings.board.stepped = 1;
      continue;
    }
    if (++i == count) usage("an option without its value");
    const char *value = arguments[i];
    if (strcmp(option, "--directory") == 0) settings.directory = value;
    else if (strcmp(option, "--console") == 0) settings.console = value;
    else if (strcmp(option, "--script") == 0) settings.script = value;
    else if (strcmp(option, "--report") == 0) settings.board.report = value;
    else if (strcmp(option, "--record") == 0) settings.record = value;
    else if (strcmp(option, "--ended") == 0) settings.before = value;
    else if (strcmp(option, "--buses") == 0) settings.board.devices = value;
    else if (strcmp(option, "--watchdog") == 0)
      settings.watchdog = toNumber(value, 100, 1e9, "--watchdog takes milliseconds, 100 or more");
    else if (strcmp(option, "--failures") == 0)
      settings.board.failures = toNumber(value, 0, 1e6, "--failures takes a number of resets in a row");
    else if (strcmp(option, "--heap") == 0)
      settings.board.size.heap = (size_t)toNumber(value, 0, 1 << 30, "--heap takes bytes; 0 is as many as it wants");
    else if (strcmp(option, "--stack") == 0)
      settings.board.size.stack = (int)toNumber(value, 128, 1 << 20, "--stack takes slots, 128 or more");
    else if (strcmp(option, "--module") == 0) settings.module = value;
    else if (strncmp(option, "--compile", 9) == 0 && (!option[9] || strcmp(option + 9, "-module") == 0) && ++i < count) {
      settings.source = option[9] ? moduleSource : scriptSource;
      settings.compile = value;
      settings.output = arguments[i];
    } else usage("an option that is none");
  }
  return settings;
}

static uint8_t *readFile(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) usage("the script cannot be read");
  long size = ftell(file);
  uint8_t *bytes = malloc(size > 0 ? (size_t)size : 1);
  if (size < 0 || !bytes || fseek(file, 0, SEEK_SET) != 0) usage("the script cannot be read");
  *length = fread(bytes, 1, (size_t)size, file);
  fclose(file);
  return bytes;
}

static int compile(const char *path, Source source, const char *output) {
  size_t length;
  size_t size;
  char error[256];
  uint8_t *text = readFile(path, &length);
  Machine *machine = createMachine(modestMemory);
  uint8_t *bytes = machine ? compileScript(machine, source, text, length, &size, error) : NULL;
  if (!bytes) {
    fprintf(stderr, "%s: %s\n", path, machine ? error : "no memory");
    return exitFault;
  }
  FILE *file = fopen(output, "wb");
  int written = file && fwrite(bytes, 1, size, file) == size;
  if (!file || fclose(file) != 0 || !written) {
    fprintf(stderr, "%s cannot be written\n", output);
    return exitFault;
  }
  return 0;
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

int main(int count, char **arguments) {
  Settings settings = readSettings(count, arguments);
  signal(SIGPIPE, SIG_IGN);
  if (settings.compile) return compile(settings.compile, settings.source, settings.output);
  if (!settings.directory && !settings.script && !settings.module && !settings.board.stepped)
    usage("--directory is needed: where the board keeps its flash");
  const char *wrong = settings.directory ? openFlash(settings.directory) : NULL;
  if (wrong) usage(wrong);
  startWatchdog(settings.watchdog);
  if (settings.board.stepped) runStepped(&settings.board);
  if (settings.script) {
    size_t length;
    uint8_t *bytes = readFile(settings.script, &length);
    consoleToStandardOutput();
    startScript(&settings.board, bytes, length);
  } else if (settings.module) {
    if (strpbrk(settings.module, "'\\\n")) usage("--module takes no quote, backslash or line break");
    consoleToStandardOutput();
    startModule(&settings.board, settings.module);
  } else {
    dial(settings.console);
    wrong = lockDirectory(settings.directory);
    if (!wrong && settings.before && !recordSilentEnd(settings.before)) wrong = "--ended takes WHY:SLOT";
    if (!wrong && settings.record) wrong = openRecord(settings.record);
    settings.board.recorded = settings.record != NULL;
    if (wrong) {
      sendText("log", wrong);
      endBoard(exitUsage);
    }
    startBoard(&settings.board);
  }
  runBoard();
}

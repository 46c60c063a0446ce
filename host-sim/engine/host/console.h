/*
 * The board's end of its console (host-sim/node/board/consoleLine.ts): it dials out, shows its token, and then both
 * sides speak lines of JSON. When the line is lost the board ends.
 */
#ifndef HOLDFAST_CONSOLE_H
#define HOLDFAST_CONSOLE_H

#include <stddef.h>
#include <stdint.h>

/* The exit codes of the process; host-sim/node/board/exitCode.ts. */
enum { exitUsage = 64, exitFault = 70, exitRestart = 75, exitConsoleLost = 76, exitNothingToStart = 78 };

/* Ends the process when nobody answers there. */
void openConsole(const char *host, int port, const char *token);
/* Instead: lines are only said. */
void consoleToStandardOutput(void);
int consoleFile(void);
/* Something waits to be written. */
int consoleBusy(void);
/* Bytes that wait for a reader who does not read. */
size_t consoleBacklog(void);

/* One line of JSON, without its end. */
void sendLine(const char *line);
/* {"key": "text"}, the text escaped. */
void sendText(const char *key, const char *text);

/* After poll: writes what can be written, and calls with every whole line. */
void serveConsole(int readable, void (*take)(uint8_t *line, size_t length));
/* Waits shortly until all is said, and ends the process. */
_Noreturn void endBoard(int code);
/* Ends the run: a line came that is not the holder's. */
void consoleNonsense(void);

#endif

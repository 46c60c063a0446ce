/*
 * The starts of a chip as native/failureRow.c counts them. Each argument is how the run before ended, the slot that starts
 * then, and how the other slot is: `reset:slot:other`, where reset is `other`, `wished`, `fault` (with its record),
 * `memory` (a fault whose record is due), `silent` (a restart that nobody wished), `trap` or `watchdog`, and other is
 * `none`, `confirmed`, `gone` (confirmed once, without a header) or `refused` (the chip does not take it). `steady` ends
 * a row. Gives a line for each start: failures, whether the other was started, whether it recovers, what is to be recorded.
 */
#include "failureRow.h"

#include <stdio.h>
#include <string.h>

static const char *found;
static int started;

static int isConfirmed(void) { return strcmp(found, "none") != 0; }
static int isWhole(void) { return strcmp(found, "gone") != 0; }
static void goToOther(void) { started = strcmp(found, "refused") != 0; }

int main(int count, char **arguments) {
  static const OtherSlot other = {isConfirmed, isWhole, goToOther};
  FailureRow row;
  memset(&row, 0xa5, sizeof row);
  for (int i = 1; i < count; i++) {
    if (strcmp(arguments[i], "steady") == 0) {
      rowIsSteady(&row);
      continue;
    }
    char *how = strtok(arguments[i], ":");
    uint32_t slot = strcmp(strtok(NULL, ":"), "B") == 0;
    found = strtok(NULL, ":");
    int reason = 3;
    if (strcmp(how, "other") == 0) reason = 1;
    else if (strcmp(how, "trap") == 0) reason = 4;
    else if (strcmp(how, "watchdog") == 0) reason = 6;
    else if (strcmp(how, "wished") == 0) restartIsWished(&row);
    else if (strcmp(how, "fault") == 0) restartIsFault(&row, crashUnknown);
    else if (strcmp(how, "memory") == 0) restartIsFault(&row, crashMemory);
    RowStart start = countReset(&row, resetKind(reason), slot);
    started = 0;
    int recovers = leaveFailing(&row, start.failures, &other);
    printf("%u %d %d %d%c\n", (unsigned)start.failures, started, started ? 0 : recovers, (int)start.unrecorded,
           start.slot ? 'B' : 'A');
  }
  return 0;
}

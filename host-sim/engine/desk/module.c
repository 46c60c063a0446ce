/*
 * ES modules: files below one folder, source or bytecode, that import each other by relative paths. A module's name
 * is its path from that folder, so nothing above it can be named. On a chip the SDK's linker does this ahead of time.
 */
#include "xsAll.h"
#include "xsScript.h"

#include "bytecode.h"
#include "machine.h"
#include "placedScript.h"

enum { longestPath = 1024 };

static const char *folder;
static txMachine *compiler;

void modulesFrom(const char *path, Machine *machine) {
  folder = path;
  compiler = machine;
}

static void pathOf(char path[2 * longestPath], const char *name) {
  snprintf(path, 2 * longestPath, "%.*s/%s", longestPath - 1, folder, name);
}

/* `specifier` as seen from the module `from`: 0 unless it is relative, stays below the folder and fits. */
static int resolve(char name[longestPath], const char *from, const char *specifier) {
  const char *slash = strrchr(from, '/');
  size_t length = slash ? (size_t)(slash - from) : 0;
  if (specifier[0] != '.' || length >= longestPath) return 0;
  memcpy(name, from, length);
  name[length] = 0;
  while (*specifier) {
    size_t part = strcspn(specifier, "/");
    if (part == 2 && memcmp(specifier, "..", 2) == 0) {
      if (length == 0) return 0;
      while (length > 0 && name[length - 1] != '/') length--;
      if (length > 0) length--;
    } else if (part > 0 && !(part == 1 && specifier[0] == '.')) {
      if (length + 1 + part >= longestPath) return 0;
      if (length > 0) name[length++] = '/';
      memcpy(name + length, specifier, part);
      length += part;
    }
    name[length] = 0;
    specifier += part + (specifier[part] == '/');
  }
  return length > 0;
}

txID fxFindModule(txMachine *the, txSlot *realm, txID moduleID, txSlot *slot) {
  (void)realm;
  char specifier[longestPath];
  char name[longestPath];
  char path[2 * longestPath];
  if (!folder) return XS_NO_ID;
  fxToStringBuffer(the, slot, specifier, sizeof specifier);
  if (!resolve(name, moduleID == XS_NO_ID ? "" : fxGetKeyName(the, moduleID), specifier)) return XS_NO_ID;
  pathOf(path, name);
  return access(path, R_OK) == 0 ? fxNewNameC(the, name) : XS_NO_ID;
}

/* malloc'ed; NULL when it cannot be read. */
static uint8_t *readModule(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  uint8_t *bytes = NULL;
  long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
  if (size >= 0 && fseek(file, 0, SEEK_SET) == 0) bytes = malloc((size_t)size + 1);
  if (bytes) *length = fread(bytes, 1, (size_t)size, file);
  fclose(file);
  return bytes;
}

void fxLoadModule(txMachine *the, txSlot *module, txID moduleID) {
  char path[2 * longestPath];
  char error[256];
  size_t length;
  pathOf(path, fxGetKeyName(the, moduleID));
  uint8_t *bytes = readModule(path, &length);
  if (!bytes) mxReferenceError("module \"%s\" cannot be read", fxGetKeyName(the, moduleID));
  if (!isBytecode(bytes, length)) {
    uint8_t *code = compileScript(compiler, moduleSource, bytes, length, &length, error);
    free(bytes);
    if (!code) mxSyntaxError("%s: %s", fxGetKeyName(the, moduleID), error);
    bytes = code;
  }
  /* It runs where it lies, and stays. */
  txScript script = placedScript(the, bytes, length);
  fxResolveModule(the, module, moduleID, &script, NULL, NULL);
}

#include "xsAll.h"
#include "xsScript.h"

#include "appCode.h"
#include "bytecode.h"
#include "placedScript.h"
#include "preload.h"

static uint32_t readLittle(const uint8_t *p, size_t width) {
  uint32_t value = 0;
  for (size_t i = width; i > 0; i--) value = value << 8 | p[i - 1];
  return value;
}

/*
 * The code that the compiler makes of a script that is one function and nothing else: no variable, no call, no second
 * expression, so that no bracket in the app's text has ended the function early. Gives the function's own code, or NULL.
 */
static const uint8_t *onlyFunction(const uint8_t *code, size_t size, size_t *length) {
  static const uint8_t before[] = {XS_CODE_BEGIN_SLOPPY, 0, XS_CODE_CONSTRUCTOR_FUNCTION, 0, 0};
  static const uint8_t after[] = {XS_CODE_SET_RESULT, XS_CODE_RETURN};
  if (size < sizeof before + 2 + sizeof after || memcmp(code, before, sizeof before) != 0) return NULL;
  const uint8_t *p = code + sizeof before;
  size_t width = *p == XS_CODE_CODE_1 ? 1 : *p == XS_CODE_CODE_2 ? 2 : *p == XS_CODE_CODE_4 ? 4 : 0;
  size_t around = sizeof before + 1 + width + sizeof after;
  if (width == 0 || size < around || readLittle(p + 1, width) != size - around) return NULL;
  *length = size - around;
  return memcmp(code + size - sizeof after, after, sizeof after) == 0 ? p + 1 + width : NULL;
}

const char *checkAppCode(uint8_t *bytes, size_t length) {
  Bytecode bytecode;
  const char *wrong = parseBytecode(bytes, length, &bytecode);
  if (wrong) return wrong;
  size_t size;
  const uint8_t *function = onlyFunction(bytecode.code, bytecode.codeSize, &size);
  if (!function || size == 0 || *function != XS_CODE_BEGIN_STRICT) return "the body of the app image is not a strict function";
  for (size_t at = 0; at < size;) {
    size_t count = instructionSize(function + at, size - at);
    if (count == 0) return "the body of the app image has an instruction that is none";
    if (function[at] == XS_CODE_IMPORT || function[at] == XS_CODE_IMPORT_META) return "the app is not a closed bundle: it loads a module";
    at += count;
  }
  return NULL;
}

void runAppCode(txMachine *the, uint8_t *bytes, size_t length) {
  txScript script = placedScript(the, bytes, length);
  txSlot *module = mxProgram.value.reference;
  txSlot *realm = mxModuleInstanceInternal(module)->value.module.realm;
  freezeGlobal(the);
  fxRunScript(the, &script, mxRealmGlobal(realm), NULL, mxRealmClosures(realm)->value.reference, NULL, module);
  mxPullSlot(mxResult);
}
